package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// scaleQuestions are asked in turn by the benchmarks.
var scaleQuestions = []string{
	"do i have to pay", "what do we say about blame", "are u nhs or privat", "thanks for that", "my dad has collapsed",
	"who won the match last night", "how do i get my repeat prescription", "lady at the desk wants to know who wrote the values",
}

// grown is the embedded corpus with so many copies of each entry. In a copy, a
// third of the words is changed, the same way each time, as if other groups
// asked for other things in much the same language.
func grown(tb testing.TB, copies int) fs.FS {
	tb.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(corpus.Embedded(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(corpus.Embedded(), name)
		if err != nil {
			return err
		}
		out[name] = &fstest.MapFile{Data: src}
		_, body, ok := strings.Cut(strings.TrimPrefix(string(src), "---\n"), "---\n")
		if !ok {
			return nil
		}
		front := string(src[:len(src)-len(body)])
		for _, line := range []string{"shows:", "commands:", "phrases:"} {
			if at := strings.Index(front, "\n"+line); at >= 0 {
				front = front[:at] + "\n---\n"
			}
		}
		for n := 1; n < copies; n++ {
			out[fmt.Sprintf("copy%d-%s", n, name)] = &fstest.MapFile{Data: []byte(front + changed(body, n))}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func changed(body string, n int) string {
	var b strings.Builder
	tail := strconv.FormatInt(int64(n)+100, 26)
	single := false
	for _, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, "#") {
			single = strings.HasPrefix(line, "# ") || strings.Contains(line, "{#"+corpus.NotUrgentID+"}")
		}
		if single {
			continue // a corpus has one of it
		}
		switch {
		case strings.HasPrefix(line, "## "):
			line = strings.Replace(line, "{#", fmt.Sprintf("{#copy%d-", n), 1)
		case strings.HasPrefix(line, "- ") && !strings.ContainsAny(strings.ToLower(line), "abcdefghijklmnopqrstuvwxyz"):
			continue // signs alone cannot be changed
		case strings.HasPrefix(line, "- "):
			words := strings.Fields(line[2:])
			for i, w := range words {
				h := fnv.New32a()
				h.Write([]byte(w))
				if h.Sum32()%3 == 0 || len(words) == 1 {
					words[i] = w + tail
				}
			}
			line = "- " + strings.Join(append(words, "q"+tail), " ")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// BenchmarkScale times building and asking for corpora of 1, 10 and, if
// FRONTDESK_SCALE says so, 100 times the size, next to a plain bleve match query
// with one document a way of asking.
func BenchmarkScale(b *testing.B) {
	sizes := []int{1, 10}
	if os.Getenv("FRONTDESK_SCALE") == "100" {
		sizes = append(sizes, 100)
	}
	for _, size := range sizes {
		dir := grown(b, size)
		b.Run(fmt.Sprintf("frontdesk/%d", size), func(b *testing.B) { benchFrontdesk(b, dir) })
		b.Run(fmt.Sprintf("plain/%d", size), func(b *testing.B) { benchPlain(b, dir) })
	}
}

func benchFrontdesk(b *testing.B, dir fs.FS) {
	before, start := heapMB(), time.Now()
	c, err := corpus.Load(dir)
	if err != nil {
		b.Fatalf("%.500v", err)
	}
	x, err := index.New(c)
	if err != nil {
		b.Fatal(err)
	}
	desk := bot.New(slog.New(slog.DiscardHandler), c, x)
	if err := x.Wait(b.Context()); err != nil {
		b.Fatal(err)
	}
	built := time.Since(start).Seconds()
	i := 0
	for b.Loop() {
		if _, err := desk.Ask(context.Background(), scaleQuestions[i%len(scaleQuestions)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(built, "build-s")
	b.ReportMetric(heapMB()-before, "heap-MB")
	runtime.KeepAlive(desk)
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
}

func benchPlain(b *testing.B, dir fs.FS) {
	c, err := corpus.Load(dir)
	if err != nil {
		b.Fatal(err)
	}
	before, start := heapMB(), time.Now()
	x, err := bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		b.Fatal(err)
	}
	batch := x.NewBatch()
	n := 0
	for _, e := range c.Entries() {
		for _, a := range e.Asked {
			if err := batch.Index(fmt.Sprintf("%s/%d", e.ID, n), map[string]string{"q": a.Text}); err != nil {
				b.Fatal(err)
			}
			if n++; n%50_000 == 0 {
				if err := x.Batch(batch); err != nil {
					b.Fatal(err)
				}
				batch.Reset()
			}
		}
	}
	if err := x.Batch(batch); err != nil {
		b.Fatal(err)
	}
	built := time.Since(start).Seconds()
	i := 0
	for b.Loop() {
		if _, err := x.Search(bleve.NewSearchRequest(bleve.NewMatchQuery(scaleQuestions[i%len(scaleQuestions)]))); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(built, "build-s")
	b.ReportMetric(heapMB()-before, "heap-MB")
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
