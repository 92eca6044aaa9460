package exchange

import (
	"os"
	"path/filepath"
	"strings"
)

// Limits on what [Siblings] looks at.
const (
	maxSiblings     = 200
	maxSiblingBytes = 1 << 20
)

// Siblings reads the small YAML files in the folder of a file, for
// Options.Beside. What cannot be read is left out.
func Siblings(name string) []Input {
	dir := filepath.Dir(name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []Input
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxSiblingBytes || ext != ".yaml" && ext != ".yml" {
			continue
		}
		path := filepath.Join(dir, e.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if out = append(out, Input{Name: path, Data: data}); len(out) == maxSiblings {
			break
		}
	}
	return out
}
