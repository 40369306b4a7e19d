package telegramtest

import "net/url"

const (
	maxButtons = 100
	maxRow     = 8
)

// A keyboard is an InlineKeyboardMarkup.
type keyboard struct {
	Rows [][]button `json:"inline_keyboard"`
}

type button struct {
	Text    string    `json:"text"`
	Data    *string   `json:"callback_data,omitempty"`
	URL     *string   `json:"url,omitempty"`
	Switch  *string   `json:"switch_inline_query,omitempty"`
	Current *string   `json:"switch_inline_query_current_chat,omitempty"`
	Copy    *copyText `json:"copy_text,omitempty"`
}

type copyText struct {
	Text string `json:"text"`
}

// keyboardOf reads and checks reply_markup; without one the keyboard is empty.
func keyboardOf(raw string) (keyboard, *apiError) {
	var k keyboard
	if raw == "" {
		return k, nil
	}
	if refused := decodeStrictly(raw, "reply markup", &k); refused != nil {
		return keyboard{}, refused
	}
	return k, k.check()
}

func (k keyboard) check() *apiError {
	if k.Rows == nil { // missing or null, and that is no array
		return badRequest("can't parse inline keyboard: field \"inline_keyboard\" must be of type Array")
	}
	buttons := 0
	for _, row := range k.Rows {
		if buttons += len(row); len(row) == 0 {
			return badRequest("can't parse inline keyboard: a row is empty")
		}
		if len(row) > maxRow {
			return badRequest("can't parse inline keyboard: more than %d buttons in a row", maxRow)
		}
		for _, b := range row {
			if refused := b.check(); refused != nil {
				return refused
			}
		}
	}
	if buttons > maxButtons {
		return badRequest("REPLY_MARKUP_TOO_LONG")
	}
	return nil
}

func (b *button) check() *apiError {
	actions := 0
	for _, set := range []bool{b.Data != nil, b.URL != nil, b.Switch != nil, b.Current != nil, b.Copy != nil} {
		if set {
			actions++
		}
	}
	switch {
	case b.Text == "":
		return badRequest("can't parse inline keyboard button: text must be non-empty")
	case actions == 0:
		return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case actions > 1:
		return badRequest("can't parse inline keyboard button: exactly one action must be given")
	case b.Data != nil && (*b.Data == "" || len(*b.Data) > 64):
		return badRequest("BUTTON_DATA_INVALID")
	case b.Copy != nil && (b.Copy.Text == "" || units(b.Copy.Text) > 256):
		return badRequest("BUTTON_COPY_TEXT_INVALID")
	case b.URL != nil:
		return checkButtonURL(*b.URL)
	}
	return nil
}

func checkButtonURL(address string) *apiError {
	why := ""
	u, err := url.Parse(address)
	switch {
	case err != nil:
		why = "Wrong HTTP URL"
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "tg":
		why = "Unsupported URL protocol"
	case u.Host == "":
		why = "URL host is empty"
	default:
		return nil
	}
	return badRequest("inline keyboard button URL '%s' is invalid: %s", address, why)
}

// json is the same for the same keyboard and empty for none.
func (k keyboard) json() string {
	if len(k.Rows) == 0 {
		return ""
	}
	return string(must(k))
}

// view is the keyboard as tests see it.
func (k keyboard) view() [][]Button {
	var rows [][]Button
	for _, row := range k.Rows {
		var view []Button
		for _, b := range row {
			v := Button{Text: b.Text}
			if b.Data != nil {
				v.Data = *b.Data
			}
			if b.URL != nil {
				v.URL = *b.URL
			}
			if b.Copy != nil {
				v.Copy = b.Copy.Text
			}
			view = append(view, v)
		}
		rows = append(rows, view)
	}
	return rows
}
