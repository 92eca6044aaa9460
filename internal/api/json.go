package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var problemReflect = reflect.TypeFor[Problem]()

// maxDepth is how deep JSON may be nested; no request of ours goes beyond five.
const maxDepth = 16

var (
	errDeep = fmt.Errorf("the JSON is nested more than %d deep", maxDepth)
	errMore = errors.New("something follows the JSON")
)

// jsonFormat reads and writes JSON. What is nested deep, names a field twice or
// goes on after its end is refused.
func jsonFormat() huma.Format {
	f := huma.DefaultJSONFormat
	f.Unmarshal = func(data []byte, v any) error {
		if _, first := v.(*any); first { // it is read twice: once to be checked, once into its fields
			if err := plainJSON(data); err != nil {
				return err
			}
		}
		return json.Unmarshal(data, v)
	}
	return f
}

// plainJSON reports what two readers of the same JSON could disagree about.
func plainJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	type level struct {
		keys map[string]bool // of an object; nil for an array
		name bool            // whether a key comes next
	}
	var open []level
	for {
		token, err := dec.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && len(open) == 0 {
				return nil
			}
			return err
		}
		top := len(open) - 1
		if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
			open = open[:top]
			if len(open) == 0 {
				return ended(dec)
			}
			continue
		}
		if top >= 0 && open[top].keys != nil {
			if l := &open[top]; l.name {
				key, _ := token.(string)
				if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
					// Readers of JSON take Because for because; no field of ours has a capital.
					return fmt.Errorf("the JSON has the field %.40q, which is none of ours", key)
				}
				if l.keys[key] {
					return fmt.Errorf("the JSON names %.40q twice", key)
				}
				l.keys[key], l.name = true, false
				continue
			}
			open[top].name = true
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{keys: map[string]bool{}, name: true})
		case json.Delim('['):
			open = append(open, level{})
		default:
			if top < 0 {
				return ended(dec)
			}
		}
		if len(open) > maxDepth {
			return errDeep
		}
	}
}

func ended(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}
