package telegramtest

import (
	"strings"
	"time"
)

const (
	queryAge   = 150 * time.Second // after which a query cannot be answered
	maxResults = 50
	maxAnswer  = 200 // UTF-16 code units
)

// toAnswer finds a query that can still be answered.
func (s *Server) toAnswer(id string, inline bool) (*query, *apiError) {
	q := s.queries[id]
	if q == nil || q.inline != inline || q.answer != nil || s.now().Sub(q.at) > queryAge {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	return q, nil
}

func (s *Server) answerCallbackQuery(p params) (any, *apiError) {
	q, refused := s.toAnswer(p["callback_query_id"], false)
	switch {
	case refused != nil:
		return nil, refused
	case units(p["text"]) > maxAnswer:
		return nil, badRequest("MESSAGE_TOO_LONG")
	case p.number("cache_time", 0) < 0:
		return nil, badRequest("wrong cache time specified")
	}
	return s.answered(q, "answerCallbackQuery", p), nil
}

func (s *Server) answered(q *query, name string, p params) bool {
	call := s.call(name, p)
	q.answer = &call
	return true
}

// An article is the only kind of inline result that the fake knows.
type article struct {
	Type                string `json:"type"`
	ID                  string `json:"id"`
	Title               string `json:"title"`
	Description         string `json:"description"`
	URL                 string `json:"url"`
	ThumbnailURL        string `json:"thumbnail_url"`
	ThumbnailWidth      int    `json:"thumbnail_width"`
	ThumbnailHeight     int    `json:"thumbnail_height"`
	InputMessageContent *struct {
		MessageText        string       `json:"message_text"`
		ParseMode          string       `json:"parse_mode"`
		LinkPreviewOptions *linkPreview `json:"link_preview_options"`
	} `json:"input_message_content"`
	ReplyMarkup *keyboard `json:"reply_markup"`
}

func (s *Server) answerInlineQuery(p params) (any, *apiError) {
	q, refused := s.toAnswer(p["inline_query_id"], true)
	if refused != nil {
		return nil, refused
	}
	var results []article
	if refused := decodeStrictly(p["results"], "inline query results", &results); refused != nil {
		return nil, refused
	}
	switch {
	case len(results) > maxResults:
		return nil, badRequest("RESULTS_TOO_MUCH")
	case len(p["next_offset"]) > 64:
		return nil, badRequest("NEXT_OFFSET_INVALID")
	case p.number("cache_time", 0) < 0:
		return nil, badRequest("wrong cache time specified")
	}
	ids := map[string]bool{}
	for _, r := range results {
		if refused := r.check(); refused != nil {
			return nil, refused
		}
		if ids[r.ID] {
			return nil, badRequest("RESULT_ID_DUPLICATE")
		}
		ids[r.ID] = true
	}
	if refused := checkInlineButton(p["button"]); refused != nil {
		return nil, refused
	}
	return s.answered(q, "answerInlineQuery", p), nil
}

func (a *article) check() *apiError {
	switch {
	case a.Type != "article":
		return badRequest("can't parse inline query result: unsupported inline query result type %q", a.Type)
	case a.ID == "" || len(a.ID) > 64:
		return badRequest("RESULT_ID_INVALID")
	case strings.TrimSpace(a.Title) == "":
		return badRequest("ARTICLE_TITLE_EMPTY")
	case a.InputMessageContent == nil:
		return badRequest("input message content is not specified")
	}
	rich, refused := parseText(a.InputMessageContent.MessageText, a.InputMessageContent.ParseMode)
	switch {
	case refused != nil:
		return refused
	case rich.text == "":
		return badRequest("message text is empty")
	case units(rich.text) > maxText:
		return badRequest("MESSAGE_TOO_LONG")
	case a.ReplyMarkup != nil:
		return a.ReplyMarkup.check()
	}
	return nil
}

// checkInlineButton checks the button above the results.
func checkInlineButton(raw string) *apiError {
	if raw == "" {
		return nil
	}
	var b struct {
		Text           string  `json:"text"`
		StartParameter *string `json:"start_parameter"`
	}
	if refused := decodeStrictly(raw, "inline query results button", &b); refused != nil {
		return refused
	}
	switch start := b.StartParameter; {
	case b.Text == "":
		return badRequest("can't parse inline query results button: text must be non-empty")
	case start == nil || *start == "" || len(*start) > 64 || !isToken(*start):
		return badRequest("START_PARAM_INVALID")
	}
	return nil
}
