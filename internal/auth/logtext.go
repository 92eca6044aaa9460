package auth

import (
	"log/slog"
	"strings"
)

// level is how loud an entry of the access log is.
func (s *Service) level(what string) slog.Level {
	if strings.HasSuffix(what, ".failed") || strings.HasSuffix(what, ".limited") {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// attrs is an entry for the program's log.
func attrs(a Access) []slog.Attr {
	out := []slog.Attr{slog.String("what", a.What)}
	for _, x := range []struct{ key, value string }{{"person", a.Person}, {"by", a.By}, {"from", a.From}, {"about", a.About}} {
		if x.value != "" {
			out = append(out, slog.String(x.key, x.value))
		}
	}
	return out
}
