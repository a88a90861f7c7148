// SPDX-License-Identifier: GPL-2.0-or-later
// A scanner for the tokens of RFC 8259. See json_guard.h for why it stands before json-glib.
#include "engine/json/json_guard.h"

#include <string.h>

G_DEFINE_QUARK(virt - snap - json - fault, json_fault)

typedef struct Scan {
    const char *at;
    const char *end;
    unsigned line;
    unsigned depth;
    unsigned values;
    bool ended; // the object is closed
} Scan;

static bool fault(const Scan *scan, JsonFault code, const char *what, GError **error)
{
    g_set_error(error, JSON_FAULT, code, "line %u: %s", scan->line, what);
    return false;
}

// What stands behind a backslash.
static bool skip_escape(Scan *scan, GError **error)
{
    gsize left = (gsize) (scan->end - scan->at);
    if (left > 0 && memchr("\"\\/bfnrt", *scan->at, 8)) {
        scan->at++;
        return true;
    }
    if (left < 5 || *scan->at != 'u')
        return fault(scan, JSON_FAULT_SYNTAX, "an unknown escape in a string", error);
    for (int i = 1; i <= 4; i++) {
        if (!g_ascii_isxdigit(scan->at[i]))
            return fault(scan, JSON_FAULT_SYNTAX, "an escape that is not \\u and four digits",
                         error);
    }
    if (strncmp(scan->at, "u0000", 5) == 0)
        return fault(scan, JSON_FAULT_SYNTAX, "a NUL in a string", error);
    scan->at += 5;
    return true;
}

static bool skip_string(Scan *scan, GError **error)
{
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char) *scan->at++;
        if (c == '"')
            return true;
        if (c < ' ')
            return fault(scan, JSON_FAULT_SYNTAX, "a control character in a string", error);
        if (c == '\\' && !skip_escape(scan, error))
            return false;
    }
    return fault(scan, JSON_FAULT_SYNTAX, "the text ends inside a string", error);
}

static bool skip_digits(Scan *scan)
{
    const char *first = scan->at;
    while (scan->at < scan->end && g_ascii_isdigit(*scan->at))
        scan->at++;
    return scan->at > first;
}

static bool skip_number(Scan *scan, GError **error)
{
    if (*scan->at == '-')
        scan->at++;
    const char *first = scan->at;
    bool good = skip_digits(scan) && (*first != '0' || scan->at == first + 1);
    if (good && scan->at < scan->end && *scan->at == '.') {
        scan->at++;
        good = skip_digits(scan);
    }
    if (good && scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E')) {
        scan->at++;
        if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
            scan->at++;
        good = skip_digits(scan);
    }
    return good || fault(scan, JSON_FAULT_SYNTAX, "a number that is none", error);
}

static bool skip_literal(Scan *scan, GError **error)
{
    static const char *const literals[] = {"true", "false", "null"};
    for (unsigned i = 0; i < G_N_ELEMENTS(literals); i++) {
        gsize length = strlen(literals[i]);
        if ((gsize) (scan->end - scan->at) >= length &&
            strncmp(scan->at, literals[i], length) == 0) {
            scan->at += length;
            return true;
        }
    }
    return fault(scan, JSON_FAULT_SYNTAX, "something that is not JSON", error);
}

static bool open_bracket(Scan *scan, GError **error)
{
    scan->at++;
    if (++scan->depth > JSON_GUARD_DEPTH)
        return fault(scan, JSON_FAULT_LIMIT, "brackets are nested too deeply", error);
    return true;
}

static bool close_bracket(Scan *scan)
{
    scan->at++;
    scan->ended = --scan->depth == 0; // the caller saw that one is open
    return true;
}

static bool comma(Scan *scan, GError **error)
{
    scan->at++;
    if (++scan->values > JSON_GUARD_VALUES)
        return fault(scan, JSON_FAULT_LIMIT, "there are too many values", error);
    return true;
}

static bool skip_token(Scan *scan, GError **error)
{
    char c = *scan->at;
    if (scan->ended)
        return fault(scan, JSON_FAULT_SYNTAX, "something follows the closing brace", error);
    if (scan->depth == 0 && c != '{')
        return fault(scan, JSON_FAULT_SYNTAX, "the text does not begin with a brace", error);
    switch (c) {
    case '{':
    case '[':
        return open_bracket(scan, error);
    case '}':
    case ']':
        return close_bracket(scan);
    case ',':
        return comma(scan, error);
    case ':':
        scan->at++;
        return true;
    case '"':
        scan->at++;
        return skip_string(scan, error);
    default:
        return c == '-' || g_ascii_isdigit(c) ? skip_number(scan, error)
                                              : skip_literal(scan, error);
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Characters and size, before any token is looked at.
static bool check_text(const char *text, gsize length, GError **error)
{
    const char *bad = NULL;
    if (length > JSON_GUARD_BYTES) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_LIMIT,
                    "the text has %" G_GSIZE_FORMAT " bytes, %d are the limit", length,
                    JSON_GUARD_BYTES);
        return false;
    }
    if (memchr(text, '\0', length)) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_SYNTAX, "the text holds NUL bytes");
        return false;
    }
    if (!g_utf8_validate(text, (gssize) length, &bad)) {
        g_set_error(error, JSON_FAULT, JSON_FAULT_SYNTAX,
                    "the text is not UTF-8 at byte %" G_GSIZE_FORMAT, (gsize) (bad - text));
        return false;
    }
    return true;
}

bool json_guard(const char *text, gsize length, GError **error)
{
    if (!check_text(text, length, error))
        return false;
    Scan scan = {.at = text, .end = text + length, .line = 1};
    while (scan.at < scan.end) {
        if (is_blank(*scan.at)) {
            scan.line += *scan.at == '\n';
            scan.at++;
        } else if (!skip_token(&scan, error)) {
            return false;
        }
    }
    if (scan.ended)
        return true;
    return fault(&scan, JSON_FAULT_SYNTAX,
                 scan.depth ? "the text ends too early" : "the text is empty", error);
}
