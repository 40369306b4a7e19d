package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/frontdesk-care/frontdesk/bot/claims"
)

// code is Slack's name for what is wrong; empty where Slack gave none.
func code(err error) string {
	var said slack.SlackErrorResponse
	if errors.As(err, &said) {
		return said.Err
	}
	if err != nil && slices.Contains(refusals, err.Error()) { // Socket Mode gives no more than the name
		return err.Error()
	}
	return ""
}

// refusals say that a token is not, or no longer, a key to the workspace.
var refusals = []string{"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed", "org_login_required", "not_allowed_token_type"}

// passing are Slack's own troubles, which pass.
var passing = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "team_added_to_org"}

func isRefusal(err error) bool { return slices.Contains(refusals, code(err)) }

// isTemporary tells whether the same call may succeed later.
func isTemporary(err error) bool {
	if err == nil || errors.Is(err, errNoAddress) || errors.Is(err, claims.ErrLost) {
		return false
	}
	if name := code(err); name != "" {
		return slices.Contains(passing, name)
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= http.StatusInternalServerError || status.Code == http.StatusTooManyRequests
	}
	return true
}

// judge lets a call be made again while that may help.
func judge(err error) (again bool, says string, wait time.Duration) {
	return isTemporary(err), explain(err), retryAfter(err)
}

// retryAfter is how long Slack asks to wait.
func retryAfter(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return limited.RetryAfter
	}
	return 0
}

// explain says in a line what is wrong and what to do.
func explain(err error) string {
	var status slack.StatusCodeError
	var limited *slack.RateLimitedError
	switch name := code(err); {
	case isRefusal(err):
		return "a token is refused (" + name + "); install the app again and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
	case name == "missing_scope":
		return "the app lacks the scope " + needed(err) + "; add it under OAuth & Permissions, or create the app anew from `frontdesk slack-manifest`, and install it again"
	case name == "channel_not_found", name == "not_in_channel":
		return "the bot is not in that channel (" + name + "); invite it there with /invite"
	case name == "is_archived":
		return "that channel is archived; nothing can be posted there"
	case errors.As(err, &limited):
		return "too many calls; waiting as long as slack asks"
	case name != "":
		return "slack answers " + name
	case errors.As(err, &status):
		return fmt.Sprintf("slack has trouble of its own (status %d); trying again", status.Code)
	case errors.Is(err, errNoAddress):
		return "a delivery cannot be answered and is left out"
	case errors.Is(err, errGarbled):
		return "the answer is not what slack sends; if this goes on, check SLACK_API_URL and any proxy"
	case errors.Is(err, context.DeadlineExceeded):
		return "slack does not answer in time; trying again"
	}
	return "slack cannot be reached; check the network and SLACK_API_URL; trying again"
}

// needed is the scope that a call wants.
func needed(err error) string {
	var said slack.SlackErrorResponse
	errors.As(err, &said)
	return said.Needed
}
