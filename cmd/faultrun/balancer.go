package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
)

// A balancer is the address that the platforms deliver to. It gives each delivery to
// the next replica in turn that is up.
type balancer struct {
	*httptest.Server
	replicas []*replica
	turn     atomic.Uint64
	inner    http.Transport
}

func newBalancer(replicas []*replica) *balancer {
	b := &balancer{replicas: replicas, inner: http.Transport{MaxIdleConnsPerHost: 100}}
	b.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "replica"}) // RoundTrip chooses one
		},
		Transport: b, ErrorLog: log.New(io.Discard, "", 0), // that all are down is no news here
	})
	return b
}

func (b *balancer) Close() {
	b.inner.CloseIdleConnections()
	b.Server.CloseClientConnections()
	b.Server.Close()
}

// RoundTrip makes the request to the next replica that is up.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading a delivery: %w", err)
	}
	turn := b.turn.Add(1)
	for i := range b.replicas {
		next := b.replicas[(int(turn)+i)%len(b.replicas)]
		if next.pid() == 0 {
			continue
		}
		try := r.Clone(r.Context())
		try.URL.Host = next.paths[inbound].address()
		try.Body = io.NopCloser(bytes.NewReader(body))
		return b.inner.RoundTrip(try)
	}
	return nil, errors.New("no replica is up")
}
