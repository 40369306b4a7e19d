package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// client calls the Bot API. Its errors never hold the token.
type client struct {
	api  tgbotapi.BotAPI
	http *http.Client
}

const (
	callTime    = 15 * time.Second // a call may take so long, fetching updates excepted
	maxResponse = 32 << 20         // bytes; 100 updates of the longest messages are 2 MB
)

func newClient(config Config) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = window
	c := &client{api: tgbotapi.BotAPI{Token: config.Token}, http: &http.Client{Transport: transport}}
	c.api.SetAPIEndpoint(strings.ReplaceAll(strings.TrimRight(config.APIURL, "/"), "%", "%%") + "/bot%s/%s")
	return c
}

// call makes one call. out may be nil. An answer of Telegram's that is no success
// is an *apiError; everything else that goes wrong is worth another try.
func (c *client) call(ctx context.Context, method string, params tgbotapi.Params, out any) error {
	return c.callWithin(ctx, callTime, method, params, out)
}

func (c *client) callWithin(ctx context.Context, limit time.Duration, method string, params tgbotapi.Params, out any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	api := c.api // a copy: the library binds a client to a BotAPI, and a context goes with one call
	api.Client = contextClient{ctx, c.http}
	resp, err := api.MakeRequest(method, params)
	if err == nil && out != nil {
		err = json.Unmarshal(resp.Result, out)
	}
	if err != nil {
		return fmt.Errorf("calling %s: %w", method, c.clean(err))
	}
	return nil
}

// clean brings an error of the library into a form that may be logged.
func (c *client) clean(err error) error {
	var refused *tgbotapi.Error
	if errors.As(err, &refused) {
		return newAPIError(refused)
	}
	var u *url.Error
	if errors.As(err, &u) { // it quotes the address, which holds the token
		err = u.Err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errGarbled
	}
	if strings.Contains(err.Error(), c.api.Token) {
		return errors.New("the call failed")
	}
	return err
}

// errGarbled is an answer that is no JSON: a proxy's page, or cut off on the way.
var errGarbled = errors.New("the answer is not what a Bot API server sends")

// contextClient sends the library's requests within a context, and keeps
// answers away from it that it cannot read.
type contextClient struct {
	ctx  context.Context
	http *http.Client
}

func (c contextClient) Do(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req.WithContext(c.ctx))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		resp.Body.Close()
		return nil, statusError(resp.StatusCode)
	}
	resp.Body = limitedBody{io.LimitReader(resp.Body, maxResponse), resp.Body}
	return resp, nil
}

type limitedBody struct {
	io.Reader
	io.Closer
}
