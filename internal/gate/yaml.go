package gate

import (
	"errors"

	"go.yaml.in/yaml/v4"
)

// limits refuse what no policy needs: aliases, by which a small file becomes a
// huge one, and deep nesting.
type plainFile struct{}

// deepest is how deep lists and maps may stand in each other.
const deepest = 20

// CheckDepth implements the reader's hook.
func (plainFile) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > deepest {
		return errors.New("it is nested too deep")
	}
	return nil
}

// CheckAlias implements the reader's hook.
func (plainFile) CheckAlias(aliases, _ int) error {
	if aliases > 0 {
		return errors.New("a policy has no aliases: write the text out")
	}
	return nil
}

func strict(data []byte, out any) error {
	return yaml.Load(data, out, yaml.WithKnownFields(), yaml.WithPlugin(plainFile{}))
}

func strictNode(n *yaml.Node, out any) error {
	return n.Load(out, yaml.WithKnownFields())
}
