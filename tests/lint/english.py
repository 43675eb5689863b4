#!/usr/bin/python3
"""Plain English: phrases that do not belong in texts (CONTRIBUTING.md, "English").

usage: english.py [ROOT]

Reads what a person sees (string literals of the program, profiles, documents,
manual pages) and the comments of the program. A phrase is found across line
breaks and joined literals. Prints file:line: message for each offence; exit 1
when there is one.
"""
import pathlib
import re
import sys

from tree import ROOT, Offences, product, tracked

# Banned in texts and comments, and what to write instead.
PHRASES = {
    r"(?<!\bthere )\bis no\b(?! (?:longer|more|less)\b)": "is not a",
    r"\bwithout a word\b": "silently",
    r"\bin the place of\b": "instead of",
    r"\bsays no\b": "refuses",
}
# Banned in texts only.
WORDS = {
    r"\bnobody\b": "who or what does not: no host, no other user",
    r"\btold\b": "reported, shown or named",
    r"\bstrangers?\b": "an unknown device, an address that does not belong to it",
}
# What stays: (end of the path, words around it, reason).
EXCEPTIONS = (
    ("README.md", "unless told otherwise", "an idiom"),
)
C_TOKEN = re.compile(r"""(?P<comment>/\*.*?\*/|//[^\n]*)|"(?P<text>(?:[^"\\\n]|\\.)*)"|"""
                     r"'(?:[^'\\\n]|\\.)+'", re.DOTALL)
EXAMPLES = re.compile(r"^```.*?^```$|^\.Bd -literal.*?^\.Ed$|^    [^\n]*$|`[^`\n]+`",
                      re.DOTALL | re.MULTILINE)


def blank(text, by=" "):
    """The same lines, without their words."""
    return re.sub(r"\S", by, text)


def of_c(source):
    """(texts, comments): all else of the file is a bar, which no phrase crosses."""
    texts, comments, at = "", "", 0
    for token in C_TOKEN.finditer(source):
        code = blank(source[at:token.start()], "|")
        texts, comments, at = texts + code, comments + code, token.end()
        if token["comment"]:
            texts += blank(token[0])
            comments += "|" + re.sub(r"/[*/]|\*/|(?<=\n)[ \t]*\*", " ", token[0]) + "|"
        elif token["text"] is None or source[:token.start()].endswith("#include "):
            texts, comments = texts + blank(token[0], "|"), comments + blank(token[0], "|")
        else:  # the quotes between joined literals are blanks
            texts += " " + re.sub(r"\\.", "  ", token["text"]) + " "
            comments += blank(token[0], "|")
    return texts, comments


def of_profile(source):
    values = re.sub(r"^\s*#[^\n]*$", lambda m: blank(m[0]), source, flags=re.MULTILINE)
    comments = re.sub(r"^(?!\s*#)[^\n]*$", lambda m: blank(m[0]), source, flags=re.MULTILINE)
    return values, comments.replace("#", " ")


def of_document(source):
    return EXAMPLES.sub(lambda m: blank(m[0]), source), ""


def flat(text):
    """The words with one blank between them, and the line of each character."""
    words, lines = [], []
    for number, line in enumerate(text.split("\n"), 1):
        for word in line.split():
            words.append(word)
            lines += [number] * (len(word) + 1)
    return " ".join(words), lines


def is_kept(name, text, found):
    around = text[max(0, found.start() - 40):found.end() + 40]
    return any(name.endswith(file) and words in around for file, words, _ in EXCEPTIONS)


def search(path, text, banned, report):
    text, lines = flat(text)
    for pattern, better in banned.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            if not is_kept(str(path), text, found):
                report(path, lines[found.start()], f"'{found[0]}': write {better}")


def main():
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    report = Offences(root)
    files = [(p, of_c) for p in product(root)]
    files += [(p, of_profile) for p in tracked("profiles/*.yaml", root=root)]
    files += [(p, of_document) for p in tracked("*.md", "docs/*.[157]", root=root)]
    for path, split in files:
        texts, comments = split(path.read_text())
        search(path, texts, {**PHRASES, **WORDS}, report)
        search(path, comments, PHRASES, report)
    return report.finish()


sys.exit(main())
