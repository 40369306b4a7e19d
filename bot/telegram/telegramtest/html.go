package telegramtest

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// A richText is a text as people see it, with its entities in order.
type richText struct {
	text     string
	entities []textEntity
}

// A textEntity is an [Entity] of a message of the bot's.
type textEntity struct {
	Entity
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
	EmojiID  string `json:"custom_emoji_id,omitempty"`

	tag     string // as it was written
	dropped bool   // Telegram forgets it without a word
}

// entityTypes says which tags there are and what becomes of them.
var entityTypes = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
	"a": "text_link", "blockquote": "blockquote", "span": "spoiler", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
}

// tagAttributes are those that tags may have.
var tagAttributes = map[string]string{
	"a": "href", "blockquote": "expandable", "code": "class", "span": "class", "tg-emoji": "emoji-id",
}

// tags names the tags in force.
func (t richText) tags() []string {
	var names []string
	for _, e := range t.entities {
		names = append(names, e.tag)
	}
	return names
}

// parseText reads a text in its parse mode and trims it as Telegram does.
func parseText(source, mode string) (richText, *apiError) {
	t := richText{text: source}
	switch {
	case mode == "":
	case strings.EqualFold(mode, "HTML"):
		p := parser{source: source}
		if refused := p.parse(); refused != nil {
			return richText{}, refused
		}
		t = richText{text: p.out.String(), entities: p.entities}
	default:
		return richText{}, badRequest("unsupported parse_mode")
	}
	return t.trimmed(), nil
}

// trimmed cuts off space around the text and drops entities that are empty.
func (t richText) trimmed() richText {
	left := strings.TrimLeftFunc(t.text, unicode.IsSpace)
	cut := units(t.text) - units(left)
	text := strings.TrimRightFunc(left, unicode.IsSpace)
	end := units(text)
	var kept []textEntity
	for _, e := range t.entities {
		from, to := max(e.Offset-cut, 0), min(e.Offset-cut+e.Length, end)
		if e.Offset, e.Length = from, to-from; e.Length > 0 && !e.dropped {
			kept = append(kept, e)
		}
	}
	return richText{text: text, entities: kept}
}

// A parser reads the HTML of the Bot API.
type parser struct {
	source   string
	pos      int
	out      strings.Builder
	units    int // written so far
	entities []textEntity
	open     []int // of entities, outermost first
}

func (p *parser) fail(format string, a ...any) *apiError {
	return badRequest("can't parse entities: "+format, a...)
}

func (p *parser) parse() *apiError {
	for p.pos < len(p.source) {
		rest := p.source[p.pos:]
		var refused *apiError
		switch {
		case strings.HasPrefix(rest, "</"):
			refused = p.endTag()
		case rest[0] == '<':
			refused = p.startTag()
		case rest[0] == '&':
			r, n := reference(rest)
			p.write(r)
			p.pos += n
		default:
			n := strings.IndexAny(rest, "<&")
			if n < 0 {
				n = len(rest)
			}
			p.write(rest[:n])
			p.pos += n
		}
		if refused != nil {
			return refused
		}
	}
	if len(p.open) > 0 {
		return p.fail("Can't find end tag corresponding to start tag %q", p.innermost().tag)
	}
	return nil
}

func (p *parser) write(text string) {
	p.out.WriteString(text)
	p.units += units(text)
}

// innermost is the entity that was opened last.
func (p *parser) innermost() *textEntity {
	if len(p.open) == 0 {
		return nil
	}
	return &p.entities[p.open[len(p.open)-1]]
}

// inside says whether an entity of a type is open.
func (p *parser) inside(types ...string) bool {
	return slices.ContainsFunc(p.open, func(i int) bool { return slices.Contains(types, p.entities[i].Type) })
}

func (p *parser) startTag() *apiError {
	at := p.pos
	rest := p.source[at+1:]
	n := strings.IndexFunc(rest, func(r rune) bool { return r == '>' || unicode.IsSpace(r) })
	if n < 0 {
		return p.fail("Unclosed start tag at byte offset %d", at)
	}
	name := strings.ToLower(rest[:n])
	kind, ok := entityTypes[name]
	if !ok {
		return p.fail("Unsupported start tag %q at byte offset %d", name, at)
	}
	p.pos += 1 + n
	attributes, refused := p.attributes(name, at)
	if refused != nil {
		return refused
	}
	e := textEntity{Entity: Entity{Type: kind, Offset: p.units}, tag: name}
	if refused := p.nest(&e, at); refused != nil {
		return refused
	}
	if refused := p.apply(&e, attributes, at); refused != nil {
		return refused
	}
	p.open = append(p.open, len(p.entities))
	p.entities = append(p.entities, e)
	return nil
}

// nest refuses entities within those that must not have any: Telegram would
// silently lose one of the two.
func (p *parser) nest(e *textEntity, at int) *apiError {
	switch outer := p.innermost(); {
	case outer == nil:
	case e.Type == "blockquote" && p.inside("blockquote", "expandable_blockquote"):
		return p.fail("Nested blockquote at byte offset %d", at)
	case e.Type == "code" && outer.Type == "pre":
	case p.inside("code", "pre"):
		return p.fail("Tag %q inside code or pre at byte offset %d", e.tag, at)
	}
	return nil
}

// apply gives an entity what its tag's attributes say.
func (p *parser) apply(e *textEntity, attributes map[string]string, at int) *apiError {
	switch e.tag {
	case "a":
		u, err := url.Parse(attributes["href"])
		schemes := []string{"http", "https", "tg", "tel", "mailto"}
		bare := err == nil && u.Host == "" && (u.Opaque == "" || strings.HasPrefix(u.Scheme, "http"))
		if err != nil || bare || !slices.Contains(schemes, u.Scheme) {
			return p.fail("Unsupported link %q at byte offset %d", attributes["href"], at)
		}
		e.URL = attributes["href"]
		e.dropped = u.Scheme == "tel"
	case "blockquote":
		if _, ok := attributes["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	case "span":
		if attributes["class"] != "tg-spoiler" {
			return p.fail("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", at)
		}
	case "tg-emoji":
		if e.EmojiID = attributes["emoji-id"]; e.EmojiID == "" || strings.Trim(e.EmojiID, "0123456789") != "" {
			return p.fail("Invalid custom emoji identifier specified at byte offset %d", at)
		}
	case "code":
		class, given := attributes["class"]
		language, ok := strings.CutPrefix(class, "language-")
		outer := p.innermost()
		if given && (!ok || outer == nil || outer.Type != "pre") {
			return p.fail("Unsupported class %q at byte offset %d", class, at)
		}
		e.Language = language
	}
	return nil
}

func (p *parser) endTag() *apiError {
	at := p.pos
	name, _, ok := strings.Cut(p.source[at+2:], ">")
	if !ok {
		return p.fail("Unclosed end tag at byte offset %d", at)
	}
	p.pos += len("</>") + len(name)
	name = strings.ToLower(strings.TrimSpace(name))
	e := p.innermost()
	switch {
	case e == nil:
		return p.fail("Unexpected end tag at byte offset %d", at)
	case name != e.tag:
		return p.fail("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, e.tag, name)
	}
	e.Length = p.units - e.Offset
	p.open = p.open[:len(p.open)-1]
	return nil
}
