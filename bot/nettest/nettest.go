// Package nettest finds addresses for servers that tests start as programs of their
// own. It knows nothing of what listens there. Start reading at [FreeAddress].
package nettest

import (
	"fmt"
	"math/rand/v2"
	"net"
)

// FreeAddress is an address of this machine, host and port, that nobody listens on. It
// stays free until the program that it is for listens there, and while that program is
// down between two starts.
//
// A free port of 127.0.0.1 would not: the kernel takes ports from the same range for
// every connection that any test opens, keeps them for a minute after its end, and
// lets nobody listen on them meanwhile. So the host is one of the other 4 million of
// this machine, from which nothing connects. Where there are none (macOS has only
// 127.0.0.1), it is 127.0.0.1 all the same.
func FreeAddress() (string, error) {
	const hosts = 1 << 22 // 127.64.0.0 to 127.127.255.255
	n := rand.Uint32N(hosts-2) + 1
	host := net.IPv4(127, 64+byte(n>>16), byte(n>>8), byte(n))
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: host})
	if err != nil {
		l, err = net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	}
	if err != nil {
		return "", fmt.Errorf("looking for a free address: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}
