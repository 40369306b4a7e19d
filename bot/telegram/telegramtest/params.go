package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// params are the parameters of a call, whichever way they came.
type params map[string]string

// A kind says what a parameter must look like.
type kind int

const (
	isText    kind = iota
	isInteger      // a whole number
	isBoolean      // true or false; Telegram takes all else for false
	isJSON         // JSON, checked by the method itself
)

const maxBody = 10 << 20

// number returns an integer parameter that was checked, or what stands in for
// a missing one.
func (p params) number(name string, missing int64) int64 {
	if p[name] == "" {
		return missing
	}
	n, err := strconv.ParseInt(p[name], 10, 64)
	if err != nil {
		return missing // cannot be: check came first
	}
	return n
}

func (p params) yes(name string) bool { return p[name] == "true" }

// check refuses parameters which the method does not have or whose type is
// wrong.
func (p params) check(known map[string]kind) *apiError {
	for name, value := range p {
		k, ok := known[name]
		switch {
		case !ok:
			return badRequest("unknown parameter %s", name)
		case !utf8.ValidString(value):
			return badRequest("strings must be encoded in UTF-8")
		case k == isBoolean && value != "true" && value != "false":
			return badRequest("parameter %q must be true or false", name)
		case k == isInteger:
			if _, err := strconv.ParseInt(value, 10, 64); err != nil {
				return badRequest("parameter %q must be an integer", name)
			}
		}
	}
	return nil
}

// readParams takes parameters from the address and the body, as form, multipart
// form or JSON.
func readParams(r *http.Request) (params, *apiError) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return nil, &apiError{Code: http.StatusMethodNotAllowed, Description: "Method Not Allowed"}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("can't read the request")
	}
	if len(body) > maxBody {
		return nil, &apiError{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
	}
	p := params{}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("can't parse the query")
	}
	if refused := p.addForm(query); refused != nil || len(body) == 0 {
		return p, refused
	}
	kind, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, badRequest("can't parse the content type")
	}
	switch kind {
	case "application/json":
		return p, p.addJSON(body)
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, badRequest("can't parse the form")
		}
		return p, p.addForm(form)
	case "multipart/form-data":
		return p, p.addMultipart(body, options["boundary"])
	}
	return nil, badRequest("unsupported content type %s", kind)
}

func (p params) add(name, value string) *apiError {
	if _, ok := p[name]; ok {
		return badRequest("parameter %s given twice", name)
	}
	p[name] = value
	return nil
}

func (p params) addForm(form url.Values) *apiError {
	for name, values := range form {
		for _, v := range values {
			if refused := p.add(name, v); refused != nil {
				return refused
			}
		}
	}
	return nil
}

// addJSON takes the members of an object: strings as they are, anything else
// as its JSON text.
func (p params) addJSON(body []byte) *apiError {
	if !utf8.Valid(body) {
		return badRequest("strings must be encoded in UTF-8")
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return badRequest("can't parse the JSON object")
	}
	for name, raw := range members {
		value := string(raw)
		if value == "null" {
			continue
		}
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return badRequest("can't parse the JSON object")
			}
		}
		if refused := p.add(name, value); refused != nil {
			return refused
		}
	}
	return nil
}

func (p params) addMultipart(body []byte, boundary string) *apiError {
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil || len(form.File) > 0 {
		return badRequest("can't parse the multipart form")
	}
	return p.addForm(form.Value)
}

// decodeStrictly reads JSON into a value and accepts no key that it lacks. What
// names the thing in the error.
func decodeStrictly(raw, what string, into any) *apiError {
	d := json.NewDecoder(strings.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return badRequest("can't parse %s JSON object: %s", what, strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return badRequest("can't parse %s JSON object: more than one value", what)
	}
	var value any
	if strings.TrimSpace(raw) == "null" { // a nil slice, as Go writes it
		return badRequest("can't parse %s JSON object: null", what)
	}
	if json.Unmarshal([]byte(raw), &value) == nil {
		if key, ok := upperKey(value); ok {
			return badRequest("can't parse %s JSON object: unknown field %q", what, key)
		}
	}
	return nil
}

// upperKey finds a key that is not all lower case: encoding/json takes it for
// the field that was meant, Telegram does not.
func upperKey(value any) (string, bool) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if key != strings.ToLower(key) {
				return key, true
			}
			if key, ok := upperKey(member); ok {
				return key, true
			}
		}
	case []any:
		for _, member := range v {
			if key, ok := upperKey(member); ok {
				return key, true
			}
		}
	}
	return "", false
}

// must is for values which can always be marshalled unless a test hands over
// nonsense, which it should hear of at once.
func must(value any) json.RawMessage {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("telegramtest: %v", err))
	}
	return raw
}
