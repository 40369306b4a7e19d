package nettest

import (
	"net"
	"runtime"
	"testing"
)

// Somebody connects from a port for each free address, and the address is still free.
func TestAddressesStayFree(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for range 100 {
		address, err := FreeAddress()
		if err != nil {
			t.Fatal(err)
		}
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		if host == "127.0.0.1" && runtime.GOOS != "linux" {
			t.Skip("needs more addresses of this machine than 127.0.0.1, as Linux has them")
		}
		from, err := net.ResolveTCPAddr("tcp", "127.0.0.1:"+port)
		if err != nil {
			t.Fatal(err)
		}
		c, err := (&net.Dialer{LocalAddr: from}).Dial("tcp", server.Addr().String())
		if err != nil {
			continue // somebody else uses the port on that host: as good
		}
		defer c.Close()
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatalf("%s was taken by a connection: %v", address, err)
		}
		l.Close()
	}
}
