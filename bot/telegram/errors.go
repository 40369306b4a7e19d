package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/frontdesk-care/frontdesk/bot/claims"
)

// apiError is an answer of Telegram's that says no.
type apiError struct {
	code        int
	description string
	retryAfter  time.Duration
	movedTo     int64 // the chat's new id, when it got one
}

func newAPIError(e *tgbotapi.Error) *apiError {
	// What stands in quotation marks may be out of a message.
	description, _, _ := strings.Cut(e.Message, `"`)
	return &apiError{
		code: e.Code, description: strings.TrimSpace(description),
		retryAfter: time.Duration(e.RetryAfter) * time.Second, movedTo: e.MigrateToChatID,
	}
}

func (e *apiError) Error() string {
	return fmt.Sprintf("telegram answers %d %s", e.code, e.description)
}

// statusError is an HTTP status of 500 and above: trouble on Telegram's side.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// said tells whether Telegram gave this answer: a status, and a part of its description.
func said(err error, code int, part string) bool {
	var e *apiError
	return errors.As(err, &e) && e.code == code && strings.Contains(strings.ToLower(e.description), part)
}

// isRefusal tells whether Telegram does not know the token: it was revoked, or never was one.
func isRefusal(err error) bool {
	return said(err, http.StatusUnauthorized, "") || said(err, http.StatusNotFound, "not found") && !said(err, http.StatusNotFound, "method")
}

// isTemporary tells whether the same call may succeed later.
func isTemporary(err error) bool {
	var e *apiError
	return err != nil && !errors.Is(err, claims.ErrLost) && (!errors.As(err, &e) || e.code == http.StatusTooManyRequests)
}

// isNetwork tells whether Telegram gave no answer at all.
func isNetwork(err error) bool {
	var e *apiError
	var status statusError
	return err != nil && !errors.As(err, &e) && !errors.As(err, &status) && !errors.Is(err, errGarbled)
}

// judge lets a call be made again while that may help.
func judge(err error) (again bool, says string, wait time.Duration) {
	return isTemporary(err), explain(err), retryAfter(err)
}

// judgeStart lets a call be made again whatever goes wrong, unless the token is
// refused: without it, the channel cannot begin.
func judgeStart(err error) (again bool, says string, wait time.Duration) {
	return !isRefusal(err), explain(err), retryAfter(err)
}

// retryAfter is how long Telegram asks to wait.
func retryAfter(err error) time.Duration {
	var e *apiError
	if errors.As(err, &e) {
		return e.retryAfter
	}
	return 0
}

// explain says in a line what is wrong and what to do.
func explain(err error) string {
	var e *apiError
	var status statusError
	switch {
	case isRefusal(err):
		return "the token is refused; ask @BotFather for a valid one and set TELEGRAM_BOT_TOKEN"
	case said(err, http.StatusConflict, "webhook"):
		return "a webhook is set for this bot, so its updates cannot be fetched; it is being deleted"
	case said(err, http.StatusConflict, ""):
		return "another program fetches this bot's updates; stop it, or give it a token of its own"
	case said(err, http.StatusTooManyRequests, ""):
		return "too many calls; waiting as long as telegram asks"
	case errors.As(err, &e):
		return "telegram answers " + fmt.Sprint(e.code) + " " + e.description
	case errors.As(err, &status):
		return fmt.Sprintf("telegram has trouble of its own (%v); trying again", status)
	case errors.Is(err, errGarbled):
		return "the answer is not what a Bot API server sends; if this goes on, check TELEGRAM_API_URL and any proxy"
	case errors.Is(err, context.DeadlineExceeded):
		return "telegram does not answer in time; trying again"
	}
	return "telegram cannot be reached; check the network and TELEGRAM_API_URL; trying again"
}

// movedTo is the new id of a chat that has got one, or 0.
func movedTo(err error) int64 {
	var e *apiError
	if errors.As(err, &e) {
		return e.movedTo
	}
	return 0
}
