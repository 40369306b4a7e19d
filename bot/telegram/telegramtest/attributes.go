package telegramtest

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// attributes reads what follows a start tag's name, its > included. Where
// Telegram ignores an attribute that it does not know, the fake refuses.
func (p *parser) attributes(tag string, at int) (map[string]string, *apiError) {
	found := map[string]string{}
	for {
		p.skipSpace()
		rest := p.source[p.pos:]
		if rest == "" {
			return nil, p.fail("Unclosed start tag %q at byte offset %d", tag, at)
		}
		if rest[0] == '>' {
			p.pos++
			return found, nil
		}
		n := strings.IndexFunc(rest, func(r rune) bool { return r == '=' || r == '>' || unicode.IsSpace(r) })
		if n == 0 {
			return nil, p.fail("Empty attribute name in the tag %q at byte offset %d", tag, at)
		}
		if n < 0 {
			n = len(rest)
		}
		name := strings.ToLower(rest[:n])
		if name != tagAttributes[tag] {
			return nil, p.fail("Unsupported attribute %q in the tag %q at byte offset %d", name, tag, at)
		}
		p.pos += n
		value, ok := p.value()
		if !ok {
			return nil, p.fail("Unclosed start tag %q at byte offset %d", tag, at)
		}
		found[name] = value
	}
}

// value reads the value of an attribute, which may have none.
func (p *parser) value() (string, bool) {
	p.skipSpace()
	if !strings.HasPrefix(p.source[p.pos:], "=") {
		return "", true
	}
	p.pos++
	p.skipSpace()
	rest := p.source[p.pos:]
	if rest == "" {
		return "", false
	}
	n := 0
	if quote := rest[0]; quote == '"' || quote == '\'' {
		rest = rest[1:]
		if n = strings.IndexByte(rest, quote); n < 0 {
			return "", false
		}
		p.pos += 2 // both quotes
	} else if n = strings.IndexFunc(rest, func(r rune) bool { return r == '>' || unicode.IsSpace(r) }); n < 0 {
		return "", false
	}
	p.pos += n
	return unescape(rest[:n]), true
}

func (p *parser) skipSpace() {
	rest := p.source[p.pos:]
	p.pos += len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
}

// unescape resolves the character references of an attribute's value.
func unescape(source string) string {
	var b strings.Builder
	for source != "" {
		text, n := source[:1], 1
		if source[0] == '&' {
			text, n = reference(source)
		}
		b.WriteString(text)
		source = source[n:]
	}
	return b.String()
}

// reference reads the character reference at the start of a text and says how
// many bytes it takes. What is none is text; the semicolon may be missing.
func reference(source string) (string, int) {
	name := source[1:]
	if n := strings.IndexFunc(name, func(r rune) bool {
		return r != '#' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}); n >= 0 {
		name = name[:n]
	}
	text := map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`}[name]
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
			digits, base = hex, 16
		}
		code, err := strconv.ParseUint(digits, base, 31)
		if err == nil && code > 0 && utf8.ValidRune(rune(code)) {
			text = string(rune(code))
		}
	}
	if text == "" {
		return "&", 1
	}
	n := 1 + len(name)
	if strings.HasPrefix(source[n:], ";") {
		n++
	}
	return text, n
}
