package telegram

import (
	"context"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// Telegram's limits on sending, from its "Bots FAQ": about one message a second in
// a chat, 20 a minute in a group, 30 a second in all. A bucket lets its burst and
// a minute's refill through in any minute, so these stay just below.
const (
	allPerSecond    = 27 // for ordinary messages; with the next they make 30
	urgentPerSecond = 2  // kept free, so that an emergency reply never waits behind others
	groupBurst      = 5
	groupPerMinute  = 15
)

// sender sends messages no faster than Telegram allows, and again when they did
// not arrive. It is used by one goroutine a chat, which keeps their order.
type sender struct {
	api       *client
	state     *traffic.Trouble
	unlimited bool
	all       *rate.Limiter
	urgent    *rate.Limiter
	paces     *traffic.Paces[int64]
}

func newSender(api *client, state *traffic.Trouble, unlimited bool) *sender {
	return &sender{
		api: api, state: state, unlimited: unlimited, paces: traffic.NewPaces(paceOf),
		all: rate.NewLimiter(allPerSecond, 1), urgent: rate.NewLimiter(urgentPerSecond, 1),
	}
}

// wait returns when the next message may go out.
func (s *sender) wait(ctx context.Context, chat int64, urgent bool) error {
	if s.unlimited {
		return ctx.Err()
	}
	if err := s.paces.Of(chat).Wait(ctx); err != nil {
		return err
	}
	if urgent {
		return s.urgent.Wait(ctx)
	}
	return s.all.Wait(ctx)
}

// paceOf is the limit on one chat.
func paceOf(chat int64) *rate.Limiter {
	if isGroup(chat) {
		return rate.NewLimiter(rate.Every(time.Minute/groupPerMinute), groupBurst)
	}
	return rate.NewLimiter(1, 1)
}

// isGroup tells a group's id from a person's: Telegram gives groups negative ones.
func isGroup(chat int64) bool { return chat < 0 }

// soon makes a call that somebody waits for: it goes out at once, and is given up
// when it took too long. An answer that Telegram no longer wants is no error.
func (s *sender) soon(ctx context.Context, method string, params tgbotapi.Params) error {
	soon, cancel := context.WithTimeout(ctx, soonTime)
	defer cancel()
	err := s.call(soon, method, params, nil)
	late := soon.Err() != nil || said(err, http.StatusBadRequest, "query is too old") || said(err, http.StatusBadRequest, "query_id_invalid")
	if ctx.Err() == nil && late {
		return nil
	}
	return err
}

// soonTime is how long somebody waits for a press to be answered.
const soonTime = 20 * time.Second

// call makes a call that no limit applies to, and tries again while that may help
// and the update is still this program's to answer.
func (s *sender) call(ctx context.Context, method string, params tgbotapi.Params, out any) error {
	return s.state.Try(ctx, judge, func(ctx context.Context) error {
		if err := claims.Check(ctx); err != nil {
			return err
		}
		return s.api.call(ctx, method, params, out)
	})
}

// paced makes a call that puts a message into a chat or changes one there: no
// sooner than the limits allow, and again until it succeeds, ctx ends, or
// Telegram says that it never will.
func (s *sender) paced(ctx context.Context, at place, method string, params tgbotapi.Params, out any) error {
	params["chat_id"] = strconv.FormatInt(at.chat, 10)
	if err := s.wait(ctx, at.chat, at.urgent); err != nil {
		return err
	}
	return s.call(ctx, method, params, out)
}
