package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// A method of the Bot API: what it takes and what it does. do runs under the
// server's lock and must not change anything if it fails.
type method struct {
	params map[string]kind
	do     func(params) (any, *apiError)
}

// An apiError is an answer that says no.
type apiError struct {
	Code        int
	Description string
	RetryAfter  int
}

func badRequest(format string, a ...any) *apiError {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + fmt.Sprintf(format, a...)}
}

// table lists the methods that the fake knows, but for getUpdates, which alone
// waits. The parameters are those that the fake understands; others that
// Telegram has are refused, for they would do nothing here.
func (s *Server) table() map[string]method {
	language := map[string]kind{"language_code": isText}
	scope := map[string]kind{"scope": isJSON, "language_code": isText}
	return map[string]method{
		"getMe": {nil, s.getMe},
		"setWebhook": {map[string]kind{"url": isText, "ip_address": isText, "max_connections": isInteger,
			"allowed_updates": isJSON, "drop_pending_updates": isBoolean, "secret_token": isText}, s.setWebhook},
		"deleteWebhook":  {map[string]kind{"drop_pending_updates": isBoolean}, s.deleteWebhook},
		"getWebhookInfo": {nil, s.getWebhookInfo},
		"sendMessage": {map[string]kind{"chat_id": isText, "message_thread_id": isInteger, "text": isText, "parse_mode": isText,
			"link_preview_options": isJSON, "disable_notification": isBoolean, "protect_content": isBoolean,
			"reply_parameters": isJSON, "reply_markup": isJSON}, s.sendMessage},
		"editMessageText": {map[string]kind{"chat_id": isText, "message_id": isInteger, "text": isText, "parse_mode": isText,
			"link_preview_options": isJSON, "reply_markup": isJSON}, s.editMessageText},
		"editMessageReplyMarkup": {map[string]kind{"chat_id": isText, "message_id": isInteger,
			"reply_markup": isJSON}, s.editMessageReplyMarkup},
		"sendChatAction": {map[string]kind{"chat_id": isText, "message_thread_id": isInteger, "action": isText}, s.sendChatAction},
		"answerCallbackQuery": {map[string]kind{"callback_query_id": isText, "text": isText, "show_alert": isBoolean,
			"url": isText, "cache_time": isInteger}, s.answerCallbackQuery},
		"answerInlineQuery": {map[string]kind{"inline_query_id": isText, "results": isJSON, "cache_time": isInteger,
			"is_personal": isBoolean, "next_offset": isText, "button": isJSON}, s.answerInlineQuery},
		"setMyCommands":         {map[string]kind{"commands": isJSON, "scope": isJSON, "language_code": isText}, s.setMyCommands},
		"getMyCommands":         {scope, s.getMyCommands},
		"deleteMyCommands":      {scope, s.deleteMyCommands},
		"setMyDescription":      {map[string]kind{"description": isText, "language_code": isText}, s.setProfile("description", 512)},
		"getMyDescription":      {language, s.getProfile("description", "")},
		"setMyShortDescription": {map[string]kind{"short_description": isText, "language_code": isText}, s.setProfile("short_description", 120)},
		"getMyShortDescription": {language, s.getProfile("short_description", "")},
		"setMyName":             {map[string]kind{"name": isText, "language_code": isText}, s.setProfile("name", 64)},
		"getMyName":             {language, s.getProfile("name", botName)},
	}
}

// run executes a call and returns its result as JSON and the time for which it
// waited.
func (s *Server) run(ctx context.Context, name string, p params) (json.RawMessage, time.Duration, *apiError) {
	var result json.RawMessage
	var waited time.Duration
	var refused *apiError
	if name == "getUpdates" {
		result, waited, refused = s.getUpdates(ctx, p)
		s.mu.Lock()
	} else {
		s.mu.Lock()
		result, refused = s.execute(name, p)
	}
	defer s.mu.Unlock()
	if refused != nil {
		s.reject(name, p, refused)
	}
	s.notify()
	return result, waited, refused
}

// execute runs any method but getUpdates under the lock.
func (s *Server) execute(name string, p params) (json.RawMessage, *apiError) {
	m, ok := s.methods[name]
	if !ok {
		return nil, &apiError{Code: http.StatusNotFound, Description: "Not Found"}
	}
	if refused := s.limit(name, p); refused != nil {
		return nil, refused
	}
	if refused := p.check(m.params); refused != nil {
		return nil, refused
	}
	result, refused := m.do(p)
	if refused != nil {
		return nil, refused
	}
	s.record(name, p)
	return must(result), nil
}

func (s *Server) record(name string, p params) {
	s.calls[name] = append(s.calls[name], s.call(name, p))
}

func (s *Server) call(name string, p params) Call {
	return Call{Method: name, Params: p, At: s.now()}
}

// reject remembers a call that was the bot's mistake. To repeat a call whose
// answer was lost is none, even where the repetition cannot succeed.
func (s *Server) reject(name string, p params, refused *apiError) {
	switch refused.Code {
	case http.StatusTooManyRequests, http.StatusConflict, http.StatusForbidden, http.StatusBadGateway:
		return
	case http.StatusUnauthorized:
		if s.revoked {
			return
		}
	}
	if k := key(name, p); s.lost[k] {
		delete(s.lost, k)
		return
	}
	s.rejected = append(s.rejected, name+": "+refused.Description)
}

// key is the same for the same call.
func key(name string, p params) string {
	form := url.Values{}
	for k, v := range p {
		form.Set(k, v)
	}
	return name + "?" + form.Encode()
}

func (s *Server) getMe(params) (any, *apiError) {
	me := s.me()
	me["can_join_groups"] = true
	me["can_read_all_group_messages"] = false
	me["supports_inline_queries"] = true
	me["can_connect_to_business"] = false
	me["has_main_web_app"] = false
	return me, nil
}

// me is the bot as a user.
func (s *Server) me() map[string]any {
	return map[string]any{"id": s.BotID, "is_bot": true, "first_name": botName, "username": s.Username}
}
