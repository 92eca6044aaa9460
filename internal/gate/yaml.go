package gate

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// plainFile refuses what no policy needs: deep nesting.
type plainFile struct{}

// deepest is how deep lists and maps may stand in each other.
const deepest = 20

var errDeep = fmt.Errorf("lists and fields lie more than %d deep in each other: a policy needs three", deepest)

// CheckDepth implements the reader's hook.
func (plainFile) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > deepest {
		return errDeep
	}
	return nil
}

// CheckAlias implements the reader's hook. Aliases are refused later, so none is
// expanded.
func (plainFile) CheckAlias(int, int) error { return nil }
