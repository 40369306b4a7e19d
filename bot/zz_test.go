package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/rank"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

func TestPhases(t *testing.T) {
	for range 4 {
		t0 := time.Now()
		c, _ := corpus.Load(corpus.Embedded())
		t1 := time.Now()
		x, _ := index.New(c)
		t2 := time.Now()
		examples := collect(c)
		texts := make([][]string, len(examples))
		inParallel(len(examples), func(i int) { texts[i] = x.Terms(examples[i].text) })
		t3 := time.Now()
		g := groupsOf(c, x)
		t4 := time.Now()
		v := rank.NewVocabulary(texts, g)
		t5 := time.Now()
		features := make([][]rank.Feature, len(examples))
		inParallel(len(examples), func(i int) { features[i] = v.Features(texts[i]) })
		t6 := time.Now()
		learnClasses(examples, features, v.Len(), calmName)
		t7 := time.Now()
		learnClasses(examples, features, v.Len(), sortName)
		t8 := time.Now()
		learnClasses(examples, features, v.Len(), alarmName)
		t9 := time.Now()
		fmt.Println("load", t1.Sub(t0), "index", t2.Sub(t1), "terms", t3.Sub(t2), "groups", t4.Sub(t3), "vocab", t5.Sub(t4), "features", t6.Sub(t5), "calm", t7.Sub(t6), "sorts", t8.Sub(t7), "alarm", t9.Sub(t8), v.Len())
		x.Close()
	}
}
