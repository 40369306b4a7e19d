package desk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/desk"
)

func decode(t *testing.T, body []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v in %.200s", err, body)
	}
	return v
}

// The OpenAPI document says what the handlers do, and they do what it says.
func TestTheAPIIsAsDescribed(t *testing.T) {
	h := site(t, real(), desk.Config{})
	api := decode(t, get(h, "/api/openapi.json").Body.Bytes()).(map[string]any)
	schemas := api["components"].(map[string]any)["schemas"].(map[string]any)
	examples := map[string][]string{ // for each path: addresses to try
		"/api/ask":          {"/api/ask?q=do+i+have+to+pay", "/api/ask?q=my+dad+has+collapsed", "/api/ask?q=are+they+decent+bosses", "/api/ask?q=hi", "/api/ask?q=capital+of+peru", "/api/ask?q=sick+note", "/api/ask"},
		"/api/entries":      {"/api/entries"},
		"/api/entries/{id}": {"/api/entries/values-free", "/api/entries/values", "/api/entries/urgent-999", "/api/entries/gone"},
	}
	for path, described := range api["paths"].(map[string]any) {
		responses := described.(map[string]any)["get"].(map[string]any)["responses"].(map[string]any)
		if len(examples[path]) == 0 {
			t.Errorf("%s is described but not tried here", path)
		}
		seen := map[string]bool{}
		for _, address := range examples[path] {
			w := get(h, address)
			status := fmt.Sprint(w.Code)
			seen[status] = true
			response, ok := responses[status].(map[string]any)
			if !ok {
				t.Errorf("%s: status %s is not described", address, status)
				continue
			}
			schema := response["content"].(map[string]any)["application/json"].(map[string]any)["schema"].(map[string]any)
			for _, problem := range check(schemas, schema, decode(t, w.Body.Bytes()), path) {
				t.Errorf("%s: %s", address, problem)
			}
			if w.Code == http.StatusOK {
				again := get(h, address, "If-None-Match", w.Header().Get("ETag"))
				seen[fmt.Sprint(again.Code)] = true
				if again.Body.Len() > 0 {
					t.Errorf("%s is sent again to who has it", address)
				}
			}
		}
		for status := range responses {
			if !seen[status] && status != "429" { // that one has a test of its own
				t.Errorf("%s: status %s is described but never given", path, status)
			}
		}
	}
	for path := range examples {
		if api["paths"].(map[string]any)[path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
}

// check holds a value against a schema, as far as this document uses JSON Schema:
// every field must be described, and every required one be there.
func check(schemas, schema map[string]any, v any, at string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		return check(schemas, schemas[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), v, at)
	}
	var problems []string
	switch schema["type"] {
	case "object":
		fields, ok := v.(map[string]any)
		if !ok {
			return []string{at + " is no object"}
		}
		properties := schema["properties"].(map[string]any)
		for _, name := range schema["required"].([]any) {
			if _, ok := fields[name.(string)]; !ok {
				problems = append(problems, fmt.Sprintf("%s.%s is missing", at, name))
			}
		}
		for name, one := range fields {
			described, ok := properties[name].(map[string]any)
			if !ok {
				problems = append(problems, fmt.Sprintf("%s.%s is not described", at, name))
				continue
			}
			problems = append(problems, check(schemas, described, one, at+"."+name)...)
		}
	case "array":
		list, ok := v.([]any)
		if !ok {
			return []string{at + " is no list"}
		}
		for i, one := range list {
			problems = append(problems, check(schemas, schema["items"].(map[string]any), one, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case "string":
		text, ok := v.(string)
		options, limited := schema["enum"].([]any)
		if !ok || limited && !slices.Contains(options, any(text)) {
			problems = append(problems, fmt.Sprintf("%s is %v", at, v))
		}
	case "number":
		n, ok := v.(float64)
		if !ok || n < schema["minimum"].(float64) || n > schema["maximum"].(float64) {
			problems = append(problems, fmt.Sprintf("%s is %v", at, v))
		}
	default:
		problems = append(problems, fmt.Sprintf("%s has a schema of type %v", at, schema["type"]))
	}
	return problems
}

func TestTheAPIGivesTheSameAsTheCommandLine(t *testing.T) {
	h := site(t, real(), desk.Config{})
	want, err := real().Ask(t.Context(), "what do you say about blame & <pay>?")
	if err != nil {
		t.Fatal(err)
	}
	var wanted strings.Builder
	enc := json.NewEncoder(&wanted)
	enc.SetEscapeHTML(false)
	enc.Encode(want)
	if got := get(h, "/api/ask?q=what+do+you+say+about+blame+%26+%3Cpay%3E%3F").Body.String(); got != wanted.String() {
		t.Errorf("got\n%s\nwant\n%s", got, &wanted)
	}
	if n := strings.Count(get(h, "/api/entries").Body.String(), `"id":`); n < 60 {
		t.Errorf("%d entries are listed", n)
	}
}

func TestOtherSitesReadTheAPIOnlyWhereAllowed(t *testing.T) {
	const origin = "https://www.example.org"
	for _, test := range []struct {
		origins []string
		from    string
		want    string
	}{
		{nil, origin, ""},
		{[]string{origin}, origin, origin},
		{[]string{origin}, "https://evil.example.org", ""},
		{[]string{origin}, "null", ""},
		{[]string{"*"}, "https://evil.example.org", "*"},
	} {
		h := site(t, real(), desk.Config{Origins: test.origins})
		for _, address := range []string{"/api/ask?q=pay", "/api/entries", "/api/openapi.json"} {
			if got := get(h, address, "Origin", test.from).Header().Get("Access-Control-Allow-Origin"); got != test.want {
				t.Errorf("%s from %s, allowed %v: %q", address, test.from, test.origins, got)
			}
		}
		if got := get(h, "/", "Origin", test.from).Header().Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("a page may be read by %s", got)
		}
	}
}

var message = regexp.MustCompile(`(?s)<textarea id="copy-message"[^>]*>(.*?)</textarea>`)

// A text message fits into one wherever it can, and always has the link.
func TestTextMessages(t *testing.T) {
	h := site(t, real(), desk.Config{PublicURL: "https://desk.example.org"})
	single := 0
	entries := real().Corpus().Entries()
	for _, e := range entries {
		w := get(h, "/a/"+e.ID)
		found := message.FindStringSubmatch(w.Body.String())
		if found == nil {
			continue
		}
		text := unescape(found[1])
		if !strings.HasSuffix(text, "https://desk.example.org/a/"+e.ID) {
			t.Errorf("%s: no link in %q", e.ID, text)
		}
		if long := strings.Contains(w.Body.String(), "too long for one"); !long {
			single++
		}
		for _, r := range text {
			if r > 126 && !strings.ContainsRune("£", r) {
				t.Errorf("%s: %q is not in the alphabet of text messages", e.ID, r)
			}
		}
	}
	if single < 80 {
		t.Errorf("only %d of %d fit into one message", single, len(entries))
	}
	if text := message.FindStringSubmatch(get(h, "/a/values-free").Body.String())[1]; unescape(text) != "\""+free+"\"\nhttps://desk.example.org/a/values-free" {
		t.Errorf("got %q", text)
	}
}
