package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestCanonicalVectors: the examples of RFC 8785, sections 3.2.2 and 3.2.3, and
// number samples of its appendix B.
func TestCanonicalVectors(t *testing.T) {
	for in, want := range map[string]string{
		`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`:                             `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`: "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		`[-0, 5e-324, 1.7976931348623157e308, 9007199254740992, 295147905179352830000, 9.999999999999997e22, 1e23, 1e21, 1e-6, 1e-7]`:                                                                                `[0,5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000,9.999999999999997e+22,1e+23,1e+21,0.000001,1e-7]`,
		"[\"<&>\u2028\x7f\"]": "[\"<&>\u2028\x7f\"]",
		` [ ] `:               `[]`,
		`{}`:                  `{}`,
	} {
		got, err := Canonical([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("%s\n got %s\nwant %s (%v)", in, got, want, err)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, in := range []string{
		``, `{`, `[1,]`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `1e400`, `1 2`, "\"\xff\"", `nul`, `{"a" 1}`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200),
	} {
		if out, err := Canonical([]byte(in)); err == nil {
			t.Errorf("%.40q became %q", in, out)
		}
	}
}

func TestCanonicalIsStable(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) any { return anyJSON(t, 3) })
	rapid.Check(t, func(t *rapid.T) {
		v := value.Draw(t, "value")
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		once, err := Canonical(text)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Canonical(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s (%v)", once, twice, err)
		}
		var a, b any
		if json.Unmarshal(text, &a) != nil || json.Unmarshal(once, &b) != nil || jsonString(a) != jsonString(b) {
			t.Fatalf("%s does not mean %s", once, text)
		}
	})
}

// TestCanonicalAsDecoded: what is rewritten from the text is what comes of reading
// the text with encoding/json, token by token, and writing the values.
func TestCanonicalAsDecoded(t *testing.T) {
	spaces := rapid.SampledFrom([]string{"", "", "", " ", "\n\t", "\r "})
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(looseJSON(t, spaces, 3))
		if rapid.IntRange(0, 3).Draw(t, "broken") == 0 && len(text) > 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "where")] = rapid.Byte().Draw(t, "byte")
		}
		got, err := Canonical(text)
		want, wantErr := decoded(text)
		if (err == nil) != (wantErr == nil) || !bytes.Equal(got, want) {
			t.Fatalf("%q\n got %q (%v)\nwant %q (%v)", text, got, err, want, wantErr)
		}
	})
}

// looseJSON is a JSON text with spaces, escapes and numbers of every form.
func looseJSON(t *rapid.T, spaces *rapid.Generator[string], depth int) string {
	space := func() string { return spaces.Draw(t, "space") }
	texts := []string{`"a"`, `"b"`, `"\u0061"`, `"\ud83d\ude00"`, `"\ud800"`, `"😀"`, `"\ufb33"`, `"é\n\/\\"`, `""`, `"<\u2028>"`, "\"\u2028\""}
	atoms := append([]string{"0", "-0", "12", "-12", "1e3", "1E+2", "0.10", "123456789012345", "1234567890123456", "12345678901234567890", "1e-7", "1e400", "-1.5e-3", "true", "false", "null"}, texts...)
	kind := rapid.IntRange(0, 2).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		return space() + rapid.SampledFrom(atoms).Draw(t, "atom") + space()
	}
	var parts []string
	for range rapid.IntRange(0, 3).Draw(t, "length") {
		value := looseJSON(t, spaces, depth-1)
		if kind == 1 {
			value = space() + rapid.SampledFrom(texts).Draw(t, "key") + space() + ":" + value
		}
		parts = append(parts, value)
	}
	brackets := map[int][2]string{1: {"{", "}"}, 2: {"[", "]"}}[kind]
	return space() + brackets[0] + strings.Join(parts, ",") + space() + brackets[1] + space()
}

// decoded is the canonical form by way of a decoder.
func decoded(text []byte) ([]byte, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	out, err := decoderValue(nil, d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return out, nil
}

func decoderValue(out []byte, d *json.Decoder, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return decoderObject(out, d, depth)
		}
		return decoderArray(out, d, depth)
	case string:
		return appendString(out, t), nil
	case json.Number:
		return decoderNumber(out, t)
	case bool:
		return strconv.AppendBool(out, t), nil
	}
	return append(out, "null"...), nil
}

func decoderArray(out []byte, d *json.Decoder, depth int) ([]byte, error) {
	out = append(out, '[')
	for i := 0; d.More(); i++ {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = decoderValue(out, d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return append(out, ']'), err
}

type decodedMember struct {
	key   string
	order []uint16
	value []byte
}

func decoderObject(out []byte, d *json.Decoder, depth int) ([]byte, error) {
	var members []decodedMember
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := k.(string) // the decoder allows nothing else here
		v, err := decoderValue(nil, d, depth+1)
		if err != nil {
			return nil, err
		}
		members = append(members, decodedMember{key, utf16.Encode([]rune(key)), v})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b decodedMember) int { return slices.Compare(a.order, b.order) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			if m.key == members[i-1].key {
				return nil, fmt.Errorf("the key %q stands twice", m.key)
			}
			out = append(out, ',')
		}
		out = append(appendString(out, m.key), ':')
		out = append(out, m.value...)
	}
	return append(out, '}'), nil
}

// decoderNumber writes a number as the shortest text that reads back as the
// same double. encoding/json formats doubles as ECMAScript does, which is what
// RFC 8785 asks for.
func decoderNumber(out []byte, n json.Number) ([]byte, error) {
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		return nil, fmt.Errorf("the number %s is beyond a double", n)
	}
	if f == 0 {
		return append(out, '0'), nil // also for -0
	}
	b, err := json.Marshal(f)
	return append(out, b...), err
}

func jsonString(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func anyJSON(t *rapid.T, depth int) any {
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.String().Draw(t, "text")
	case 1:
		return rapid.Float64().Draw(t, "number") + 0 // without -0, which has no canonical form of its own
	case 2:
		return rapid.Bool().Draw(t, "bool")
	case 3:
		return nil
	case 4:
		list := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range list {
			list[i] = anyJSON(t, depth-1)
		}
		return list
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "fields") {
		object[rapid.String().Draw(t, "key")] = anyJSON(t, depth-1)
	}
	return object
}
