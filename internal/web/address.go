package web

import "net/url"

// given is what an address asks for, without what is empty.
func given(named map[string]string) url.Values {
	q := url.Values{}
	for name, value := range named {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// asking is a path with what is asked of it, if anything.
func asking(path string, q url.Values) string {
	if text := q.Encode(); text != "" {
		return path + "?" + text
	}
	return path
}
