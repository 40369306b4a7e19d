package slacktest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxBlocks     = 50     // in a message
	maxBlocksText = 13_000 // characters in a message's blocks; Slack tells no number
)

// A checker holds blocks against Block Kit's rules.
type checker struct {
	problems  []string
	unescaped []string
	chars     int // of all texts
	blockIDs  map[string]bool
	actionIDs map[string]bool // of the block at hand
}

func newChecker() *checker { return &checker{blockIDs: make(map[string]bool)} }

func (c *checker) problem(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] "+format+" [json-pointer:%s]", append(args, at)...))
}

// blocks checks those of a message.
func (c *checker) blocks(blocks []map[string]any, of []string) *refusal {
	items := make([]any, len(blocks))
	for i, b := range blocks {
		items[i] = b
	}
	c.list("/blocks", items, rule{shape: list, max: maxBlocks, of: of})
	if len(c.problems) > 0 {
		return wrong("invalid_blocks", c.problems...)
	}
	if c.chars > maxBlocksText {
		return wrong("msg_blocks_too_long", fmt.Sprintf("[ERROR] %d characters in the blocks", c.chars))
	}
	return nil
}

// view checks a modal or a home tab.
func (c *checker) view(v map[string]any, kind string) {
	c.thing("/view", v, rule{shape: thing, of: []string{kind}})
	blocks, _ := v["blocks"].([]any)
	isInput := func(b map[string]any) bool { return b["type"] == "input" }
	if kind == "modal" && v["submit"] == nil && slices.ContainsFunc(objects(blocks), isInput) {
		c.problem("/view", "missing required field: submit")
	}
}

// untyped says that an object of this name carries no type.
func untyped(name string) bool {
	_, typed := schemas[name]["type"]
	return !typed
}

// thing checks an object against the one of its possible types that it names.
func (c *checker) thing(at string, v any, r rule) {
	m := object(v)
	if m == nil {
		c.problem(at, "must provide an object")
		return
	}
	name := r.of[0]
	if len(r.of) > 1 || !untyped(name) {
		if name = text(m["type"]); !slices.Contains(r.of, name) {
			c.problem(at+"/type", "unsupported type: %s", name)
			return
		}
	}
	known := schemas[name]
	for _, key := range slices.Sorted(maps.Keys(known)) {
		value, given := m[key]
		if !given || value == nil {
			if known[key].must {
				c.problem(at, "missing required field: %s", key)
			}
			continue
		}
		c.value(at+"/"+key, value, known[key])
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if _, ok := known[key]; !ok {
			c.problem(at, "invalid additional property: %s", key)
		}
	}
	if name == "plain_text" || name == "mrkdwn" {
		c.length(at+"/text", text(m["text"]), rule{max: r.max})
		c.chars += utf8.RuneCountInString(text(m["text"]))
	}
	if name == "mrkdwn" {
		c.markup(at+"/text", text(m["text"]))
	}
	c.whole(at, name, m)
}

func (c *checker) value(at string, v any, r rule) {
	ok := true
	switch r.shape {
	case str:
		var t string
		if t, ok = v.(string); ok {
			c.length(at, t, r)
		}
		if ok && len(r.of) > 0 && !slices.Contains(r.of, t) {
			c.problem(at, "must be one of %s", strings.Join(r.of, ", "))
		}
	case boolean:
		_, ok = v.(bool)
	case number:
		_, ok = v.(float64)
	case thing:
		c.thing(at, v, r)
	case list:
		var items []any
		if items, ok = v.([]any); ok {
			c.list(at, items, r)
		}
	case words:
		var items []any
		items, ok = v.([]any)
		ok = ok && !slices.ContainsFunc(items, func(v any) bool { _, is := v.(string); return !is })
	case rich:
		c.rich(at, v)
	}
	if !ok {
		c.problem(at, "must be of another type")
	}
}

func (c *checker) length(at, t string, r rule) {
	n := utf8.RuneCountInString(t)
	if n < r.min {
		c.problem(at, "must be more than %d characters", r.min-1)
	}
	if r.max > 0 && n > r.max {
		c.problem(at, "must be less than %d characters", r.max+1)
	}
}

func (c *checker) list(at string, items []any, r rule) {
	if len(items) < r.min {
		c.problem(at, "no fewer than %d items allowed", r.min)
	}
	if r.max > 0 && len(items) > r.max {
		c.problem(at, "no more than %d items allowed", r.max)
	}
	for i, item := range items {
		if strings.HasSuffix(at, "/blocks") {
			c.actionIDs = make(map[string]bool)
		}
		c.thing(at+"/"+strconv.Itoa(i), item, rule{shape: thing, of: r.of, max: r.each})
	}
}

// rich looks at rich text: that it has the parts it must have, and how long it is.
func (c *checker) rich(at string, v any) {
	items, _ := v.([]any)
	if len(items) == 0 {
		c.problem(at, "no fewer than 1 items allowed")
	}
	parts := []string{"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
	for i, item := range objects(items) {
		if !slices.Contains(parts, text(item["type"])) {
			c.problem(at+"/"+strconv.Itoa(i)+"/type", "unsupported type: %s", text(item["type"]))
		}
		c.count(item["elements"])
	}
}

func (c *checker) count(v any) {
	items, _ := v.([]any)
	for _, item := range objects(items) {
		c.chars += utf8.RuneCountInString(text(item["text"]))
		c.count(item["elements"])
	}
}

// whole checks what concerns several keys of an object, or several objects.
func (c *checker) whole(at, name string, m map[string]any) {
	either := func(a, b string) {
		if (m[a] == nil) == (m[b] == nil) {
			c.problem(at, "must provide exactly one of %s, %s", a, b)
		}
	}
	switch name {
	case "section":
		if m["text"] == nil && m["fields"] == nil {
			c.problem(at, "missing required field: text")
		}
	case "static_select", "multi_static_select":
		either("options", "option_groups")
	case "image":
		either("image_url", "slack_file")
	case "markdown":
		c.chars += utf8.RuneCountInString(text(m["text"]))
	}
	if a, given := m["url"].(string); given && !strings.Contains(a, ":") {
		c.problem(at+"/url", "must be a valid url")
	}
	c.unique(at+"/block_id", text(m["block_id"]), c.blockIDs)
	c.unique(at+"/action_id", text(m["action_id"]), c.actionIDs)
}

func (c *checker) unique(at, id string, taken map[string]bool) {
	if id == "" {
		return
	}
	if taken[id] {
		c.problem(at, "must be unique: %s", id)
	}
	taken[id] = true
}
