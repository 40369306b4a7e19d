package main

import (
	"bytes"
	"context"
	"testing"
)

// BenchmarkStart is all that `frontdesk ask` does but starting the process.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		var out bytes.Buffer
		if err := run(context.Background(), []string{"ask", "do i have to pay"}, func(string) string { return "" }, nil, &out, &out); err != nil {
			b.Fatal(err)
		}
	}
}
