package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/joho/godotenv"

	"github.com/frontdesk-care/frontdesk/bot/desk"
	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
)

// The settings' names, as .env.example documents them.
const (
	envCorpus                = "FRONTDESK_CORPUS"
	envListen                = "FRONTDESK_LISTEN"
	envLog                   = "FRONTDESK_LOG"
	envPublicURL             = "FRONTDESK_PUBLIC_URL"
	envOrigins               = "FRONTDESK_API_ORIGINS"
	envEmbedders             = "FRONTDESK_EMBED_ORIGINS"
	envTrustProxy            = "FRONTDESK_TRUST_PROXY"
	envLimit                 = "FRONTDESK_LIMIT"
	envState                 = "FRONTDESK_STATE"
	envRedis                 = "FRONTDESK_REDIS_URL"
	envTelegramToken         = "TELEGRAM_BOT_TOKEN"
	envTelegramAPI           = "TELEGRAM_API_URL"
	envTelegramWebhook       = "TELEGRAM_WEBHOOK_URL"
	envTelegramWebhookSecret = "TELEGRAM_WEBHOOK_SECRET"
	envSlackBotToken         = "SLACK_BOT_TOKEN"
	envSlackAppToken         = "SLACK_APP_TOKEN"
	envSlackSigningSecret    = "SLACK_SIGNING_SECRET"
	envSlackAPI              = "SLACK_API_URL"
)

// What a setting is when nobody sets it.
const (
	defaultListen      = ":8080"
	defaultLog         = "text"
	defaultLimit       = "20"
	defaultTelegramAPI = "https://api.telegram.org"
	defaultSlackAPI    = "https://slack.com/api/"
)

// settings come from the environment or, where that is silent, from .env.
type settings struct {
	corpus   string // a folder; empty for the embedded corpus
	listen   string // host:port of the HTTP server
	log      string // text or json
	state    string // a folder for the file of claims; empty for none
	redis    string // address of the server that programs share claims through; empty for none
	desk     desk.Config
	telegram telegram.Config
	slack    slack.Config
}

const settingsFile = ".env"

func readSettings(getenv func(string) string) (settings, error) {
	file, err := godotenv.Read(settingsFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		// The library's message may quote the file, which holds secrets.
		return settings{}, fmt.Errorf("cannot read the file %s; write one NAME=value a line, as .env.example shows", settingsFile)
	}
	get := func(name, otherwise string) string {
		if v := getenv(name); v != "" {
			return v
		}
		if v := file[name]; v != "" {
			return v
		}
		return otherwise
	}
	s := settings{
		corpus: get(envCorpus, ""), listen: get(envListen, defaultListen), log: get(envLog, defaultLog),
		state: get(envState, ""), redis: get(envRedis, ""),
		telegram: telegram.Config{
			Token: get(envTelegramToken, ""), APIURL: get(envTelegramAPI, defaultTelegramAPI),
			WebhookURL: get(envTelegramWebhook, ""), WebhookSecret: get(envTelegramWebhookSecret, ""),
		},
		slack: slack.Config{
			BotToken: get(envSlackBotToken, ""), AppToken: get(envSlackAppToken, ""), SigningSecret: get(envSlackSigningSecret, ""),
			APIURL: get(envSlackAPI, defaultSlackAPI), PublicURL: get(envPublicURL, ""),
		},
	}
	s.desk = desk.Config{PublicURL: s.slack.PublicURL, Origins: list(get(envOrigins, "")), Embedders: list(get(envEmbedders, ""))}
	return s, errors.Join(s.readDesk(get), s.check())
}

// readDesk reads the desk's settings that are not texts.
func (s *settings) readDesk(get func(name, otherwise string) string) error {
	var err error
	if s.desk.TrustProxy, err = strconv.ParseBool(get(envTrustProxy, "false")); err != nil {
		return wrong(envTrustProxy, "it must be true or false")
	}
	if s.desk.Limit, err = strconv.Atoi(get(envLimit, defaultLimit)); err != nil || s.desk.Limit < 0 {
		return wrong(envLimit, "it must be how many requests a second one address may send, such as 20, or 0 for no limit")
	}
	for _, o := range s.desk.Origins {
		if o != "*" && !isOrigin(o) {
			return wrong(envOrigins, "it must be a list such as https://www.example.org, with commas between, or *")
		}
	}
	for _, o := range s.desk.Embedders {
		if !isOrigin(o) {
			return wrong(envEmbedders, "it must be a list such as https://www.example.org, with commas between")
		}
	}
	return nil
}

// list splits a setting at its commas.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// isOrigin tells whether an address names a web site and nothing in it.
func isOrigin(address string) bool {
	u, err := url.Parse(address)
	return err == nil && isWebAddress(address, "http", "https") && u.Path == "" && !strings.ContainsAny(address, ";'")
}

var (
	telegramToken  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	telegramSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// wrong says which setting is wrong and why. It never says the value, which may be a secret.
func wrong(name, why string) error { return fmt.Errorf("the setting %s is wrong: %s", name, why) }

func (s settings) check() error {
	if _, _, err := net.SplitHostPort(s.listen); err != nil {
		return wrong(envListen, "it must be an address and port such as :8080 or 127.0.0.1:8080")
	}
	if s.log != "text" && s.log != "json" {
		return wrong(envLog, "it must be text or json")
	}
	if u, err := url.Parse(s.redis); s.redis != "" && (err != nil || u.Host == "" || u.Scheme != "redis" && u.Scheme != "rediss") {
		return wrong(envRedis, redisForm)
	}
	return errors.Join(checkTelegram(s.telegram), checkSlack(s.slack))
}

const redisForm = "it must be an address such as redis://:password@valkey.example.org:6379/0, or rediss://... for TLS"

func checkTelegram(t telegram.Config) error {
	switch {
	case t.Token != "" && !telegramToken.MatchString(t.Token):
		return wrong(envTelegramToken, "it must be the token as @BotFather gives it: digits, a colon, then letters and digits")
	case !isWebAddress(t.APIURL, "http", "https"):
		return wrong(envTelegramAPI, "it must be a web address such as https://api.telegram.org")
	case t.WebhookURL != "" && t.APIURL == defaultTelegramAPI && !isWebAddress(t.WebhookURL, "https"):
		return wrong(envTelegramWebhook, "it must be a web address that starts with https://: telegram takes no other")
	case t.WebhookURL != "" && !isWebAddress(t.WebhookURL, "http", "https"):
		return wrong(envTelegramWebhook, "it must be a web address such as https://desk.example.org")
	case t.WebhookSecret != "" && !telegramSecret.MatchString(t.WebhookSecret):
		return wrong(envTelegramWebhookSecret, "it may have up to 256 letters, digits, _ and -")
	}
	return nil
}

var slackTokens = regexp.MustCompile(`^x(oxb|app)-[A-Za-z0-9_-]+$`)

func checkSlack(c slack.Config) error {
	switch {
	case c.BotToken != "" && (!slackTokens.MatchString(c.BotToken) || !strings.HasPrefix(c.BotToken, "xoxb-")):
		return wrong(envSlackBotToken, "it must be the bot user OAuth token, which starts with xoxb-")
	case c.AppToken != "" && (!slackTokens.MatchString(c.AppToken) || !strings.HasPrefix(c.AppToken, "xapp-")):
		return wrong(envSlackAppToken, "it must be an app-level token, which starts with xapp-")
	case c.BotToken == "" && c.AppToken != "":
		return wrong(envSlackAppToken, "it does nothing without "+envSlackBotToken)
	case c.BotToken == "" && c.SigningSecret != "":
		return wrong(envSlackSigningSecret, "it does nothing without "+envSlackBotToken)
	case c.BotToken != "" && c.AppToken == "" && c.SigningSecret == "":
		return wrong(envSlackBotToken, "it needs "+envSlackAppToken+" for Socket Mode, or "+envSlackSigningSecret+" for HTTP, beside it")
	case !isWebAddress(c.APIURL, "http", "https") || !strings.HasSuffix(c.APIURL, "/"):
		return wrong(envSlackAPI, "it must be a web address that ends with a slash, such as https://slack.com/api/")
	case c.PublicURL != "" && !isWebAddress(c.PublicURL, "http", "https"):
		return wrong(envPublicURL, "it must be a web address such as https://desk.example.org")
	}
	return nil
}

func isWebAddress(address string, schemes ...string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return false
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return true
		}
	}
	return false
}

// logger writes for operators, in the form that the settings ask for.
func (s settings) logger(w io.Writer) *slog.Logger {
	if s.log == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}
