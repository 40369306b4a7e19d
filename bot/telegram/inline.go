package telegram

import (
	"context"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot"
)

const (
	maxOffers   = 10
	maxSummary  = 120 // runes of a statement shown in the list
	offerKept   = 60  // seconds that Telegram may show a list again; a changed corpus shows after that
	maxInlineID = 64  // bytes; source: the Bot API's InlineQueryResultArticle
)

// article is an entry that can be put into any chat.
type article struct {
	Type        string  `json:"type"`
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Description string  `json:"description,omitempty"`
	Content     content `json:"input_message_content"`
}

type content struct {
	Text    string         `json:"message_text"`
	Mode    string         `json:"parse_mode"`
	Preview map[string]any `json:"link_preview_options"`
}

// offer lists the entries that fit what somebody types after the bot's name.
func (c *Channel) offer(ctx context.Context, q *inlineQuery) error {
	found, err := c.desk.Search(ctx, q.Query, maxOffers)
	if err != nil {
		c.log.Error("a search failed", "cause", err)
	}
	v := c.view()
	articles := []article{}
	for _, s := range found {
		if a, ok := v.article(s.ID); ok {
			articles = append(articles, a)
		}
	}
	return c.sender.soon(ctx, "answerInlineQuery", tgbotapi.Params{
		"inline_query_id": q.ID, "results": mustJSON(articles), "cache_time": strconv.Itoa(offerKept),
	})
}

// article is an entry's whole text in one message; ok is false where it does not fit.
func (v view) article(id string) (article, bool) {
	r, ok := v.library.Entry(id)
	if !ok || len(id) > maxInlineID {
		return article{}, false
	}
	all := pack(v.part(r.Parts[0]))
	if len(all) != 1 {
		return article{}, false
	}
	return article{
		Type: "article", ID: id, Title: r.Title, Description: summary(r),
		Content: content{all[0].html, tgbotapi.ModeHTML, map[string]any{"is_disabled": true}},
	}, true
}

func summary(r bot.Reply) string {
	if len(r.Passages) == 0 {
		return ""
	}
	if runes := []rune(r.Passages[0].Text); len(runes) > maxSummary {
		return string(runes[:maxSummary-1]) + "…"
	}
	return r.Passages[0].Text
}
