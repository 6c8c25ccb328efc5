# SPDX-License-Identifier: Apache-2.0
"""Pages that need no sign-in: help, languages, and the page for what is not there."""
import pages_test


class Help(pages_test.PeopleTest):
    def language(self):
        return self.page.evaluate("document.documentElement.lang")

    def test_help(self):
        """the help page is complete, and nothing but the style and the mark is fetched with it"""
        self.page.open(self.issuer + "/help")
        self.check_page("live-help")
        kinds = sorted(url.rpartition(".")[2] for url in set(self.page.requests)
                       if "/assets/" in url)
        self.assertEqual(kinds, ["css", "svg"])

    def test_languages(self):
        """a language is chosen by keyboard, and later pages have it, too"""
        self.page.open(self.issuer + "/help")
        self.assertEqual(self.language(), "en")
        self.page.press("a[hreflang=de]")
        self.assertEqual(self.language(), "de")
        self.page.open(self.issuer + "/help")
        self.assertEqual(self.language(), "de")
        self.assertEqual(self.page.text().count("[["), 0)

    def test_not_found(self):
        """an address that does not exist is a page for people"""
        self.page.open(self.issuer + "/no/such/page")
        self.assertEqual((self.page.status(), self.page.title()), (404, "Not found – Usher"))
        self.check_page("live-error-404")
