package evidence

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/testenv"
)

// largeSARIF is a file of about size bytes with n results, as a scanner of a
// large repository writes it.
func largeSARIF(n, size int) []byte {
	const rules = 300
	var b bytes.Buffer
	b.Grow(size + 1<<20)
	b.WriteString(`{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","rules":[`)
	for i := range rules {
		fmt.Fprintf(&b, `%s{"id":"rule-%d","defaultConfiguration":{"level":"warning"},"properties":{"security-severity":"5.5"}}`, comma(i), i)
	}
	b.WriteString(`]}},"results":[`)
	each := (size - b.Len()) / n
	for i := range n {
		start := b.Len()
		fmt.Fprintf(&b, "%s\n"+`{"ruleId":"rule-%d","ruleIndex":%d,"message":{"text":"`, comma(i), i%rules, i%rules)
		tail := fmt.Sprintf(`"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/module%d/file%d.go","uriBaseId":"%%SRCROOT%%"},"region":{"startLine":%d,"startColumn":7,"endColumn":19}}}],"partialFingerprints":{"primaryLocationLineHash":"%016x:1"}}`, i%500, i%20000, i%900, i)
		if pad := each - (b.Len() - start) - len(tail); pad > 0 {
			b.WriteString(strings.Repeat(`a \"quoted\" word of text; `, pad/27))
		}
		b.WriteString(tail)
	}
	b.WriteString(`]}]}`)
	return b.Bytes()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// BenchmarkSARIF reads 100 MB with 200 000 results. Promised: under 5 s and
// 200 MB of memory, the file included. peak-MB is what the program held at its
// most, since it started.
func BenchmarkSARIF(b *testing.B) {
	data := largeSARIF(200_000, 100<<20)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Read(Input{"f", data}, Options{})
		if err != nil || Judge(r, parley.Check{}).Fail != 200_000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(peakMB(), "peak-MB")
}

// peakMB is the most memory the program held, where the system says so.
func peakMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

// BenchmarkJUnit reads 20 MB with 100 000 cases.
func BenchmarkJUnit(b *testing.B) {
	data := []byte("<testsuite>" + strings.Repeat(`<testcase classname="a.b" name="c"><system-out>`+strings.Repeat("x", 130)+"</system-out></testcase>", 100_000) + "</testsuite>")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read(Input{"f", data}, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMemoryOfSARIF: reading takes less than 60 bytes for every 100 of a file
// with many results, beside the file itself: 100 MB stay under 200. The race
// detector allocates on its own account.
func TestMemoryOfSARIF(t *testing.T) {
	data := largeSARIF(20_000, 10<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := Read(Input{"f", data}, Options{})
	runtime.ReadMemStats(&after)
	if err != nil || Judge(r, parley.Check{}).Fail != 20_000 {
		t.Fatal(err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > uint64(len(data))*6/10 && !testenv.Raced {
		t.Errorf("reading %d bytes took %d bytes of memory in all", len(data), got)
	}
}
