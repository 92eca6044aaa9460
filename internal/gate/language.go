package gate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"

	"github.com/parleysec/parley"
)

// mostCost bounds what one expression may cost for one element, in CEL's unit:
// about one for each step. The default rules stay below 200.
const mostCost = 100_000

// needsLedger is what a rule needs that asks for what no file knows.
const needsLedger = "ledger"

// longestID bounds the id of a rule, in bytes.
const longestID = 60

// rule is a rule ready to be asked.
type rule struct {
	id, says    string
	from, until int  // positions of stages between which it applies
	ledger      bool // it asks for what only a ledger knows
	each        string
	when        cel.Program // nil: always
	require     cel.Program
	except      cel.Program // nil: nothing excepts from it
	reason      cel.Program // nil: what the rule says
}

// lists are what "each" can name: the type of its elements, and the elements.
var lists = map[string]struct {
	kind reflect.Type
	of   func(*Facts) []any
}{
	"threats":     {reflect.TypeFor[Threat](), func(f *Facts) []any { return each(f.Threats) }},
	"decisions":   {reflect.TypeFor[Decision](), func(f *Facts) []any { return each(f.Decisions) }},
	"layers":      {reflect.TypeFor[Layer](), func(f *Facts) []any { return each(f.Layers) }},
	"appetite":    {reflect.TypeFor[Limit](), func(f *Facts) []any { return each(f.Appetite) }},
	"obligations": {reflect.TypeFor[Obligation](), func(f *Facts) []any { return each(f.Obligations) }},
	"activities":  {reflect.TypeFor[Activity](), func(f *Facts) []any { return each(f.Activities) }},
}

func each[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}

func listNames() []string {
	var out []string
	for name := range lists {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// language compiles expressions over [Facts].
type language struct{ env *cel.Env }

func newLanguage() (*language, error) {
	object := func(t reflect.Type) *cel.Type { return cel.ObjectType("gate." + t.Name()) }
	opts := []cel.EnvOption{
		ext.NativeTypes(reflect.TypeFor[Product](), reflect.TypeFor[Threat](), reflect.TypeFor[Decision](), reflect.TypeFor[Layer](),
			reflect.TypeFor[Limit](), reflect.TypeFor[Obligation](), reflect.TypeFor[Activity](), ext.ParseStructTags(true)),
		cel.Variable("product", object(reflect.TypeFor[Product]())),
		cel.Variable("limits", cel.MapType(cel.StringType, cel.DoubleType)),
		cel.Variable("limit_texts", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("policy", cel.StringType),
		cel.CrossTypeNumericComparisons(true),
		cel.Function("quote", cel.Overload("quote_string", []*cel.Type{cel.StringType}, cel.StringType,
			cel.UnaryBinding(func(v ref.Val) ref.Val { return types.String("“" + fmt.Sprint(v.Value()) + "”") }))),
		cel.Function("join", cel.MemberOverload("list_join_string", []*cel.Type{cel.ListType(cel.StringType), cel.StringType}, cel.StringType,
			cel.BinaryBinding(join))),
	}
	for name, l := range lists {
		opts = append(opts, cel.Variable(name, cel.ListType(object(l.kind))))
	}
	env, err := cel.NewCustomEnv(append(opts, cel.StdLib())...)
	if err != nil {
		return nil, fmt.Errorf("make the language of rules: %w", err)
	}
	return &language{env}, nil
}

// rule compiles a rule; every limit it names must be there.
func (l *language) rule(t ruleText, limits map[string]float64) (rule, error) {
	r := rule{id: t.ID, says: t.Says, from: 1, until: len(parley.Stages()), each: t.Each}
	switch {
	case t.ID == "":
		return r, fmt.Errorf("a rule has an id")
	case parley.Slug(t.ID, longestID) != t.ID:
		return r, fmt.Errorf("an id is made of small letters, digits and hyphens; %q would be", parley.Slug(t.ID, longestID))
	case t.Says == "":
		return r, fmt.Errorf("says is missing: what holds when the rule does, in plain words")
	case t.Require == "":
		return r, fmt.Errorf("require is missing: an expression that is true when the rule holds")
	}
	for _, s := range []struct {
		name, stage string
		to          *int
	}{{"from", t.From, &r.from}, {"until", t.Until, &r.until}} {
		if s.stage == "" {
			continue
		}
		if *s.to = position(s.stage); *s.to == 0 {
			return r, fmt.Errorf("%s: %q is no stage: use one of %s", s.name, s.stage, stageNames())
		}
	}
	if r.from > r.until {
		return r, fmt.Errorf("it can never apply: %s, where it begins, comes after %s, where it ends", t.From, t.Until)
	}
	if t.Needs != "" && t.Needs != needsLedger {
		return r, fmt.Errorf("needs: %q is not known: write needs: %s where a rule asks for decisions or evidence, or leave it out", t.Needs, needsLedger)
	}
	r.ledger = t.Needs == needsLedger
	env := l.env
	if t.Each != "" {
		list, ok := lists[t.Each]
		if !ok {
			return r, fmt.Errorf("each: %q is none of the lists: use one of %s", t.Each, strings.Join(listNames(), ", "))
		}
		var err error
		if env, err = env.Extend(cel.Variable("it", cel.ObjectType("gate."+list.kind.Name()))); err != nil {
			return r, fmt.Errorf("each: %w", err)
		}
	} else if t.When != "" {
		return r, fmt.Errorf("when belongs to each: without a list there is nothing to choose from")
	}
	for _, e := range []struct {
		name, text string
		kind       *cel.Type
		to         *cel.Program
	}{{"when", t.When, cel.BoolType, &r.when}, {"require", t.Require, cel.BoolType, &r.require}, {"except", t.Except, cel.ListType(cel.StringType), &r.except}, {"reason", t.Reason, cel.StringType, &r.reason}} {
		if e.text == "" {
			continue
		}
		var err error
		if *e.to, err = compile(env, e.text, e.kind, limits); err != nil {
			return r, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return r, nil
}

func stageNames() string {
	var out []string
	for _, s := range parley.Stages() {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
}

func compile(env *cel.Env, text string, kind *cel.Type, limits map[string]float64) (cel.Program, error) {
	if len(text) > longestText {
		return nil, fmt.Errorf("an expression has at most %d bytes, this one %d", longestText, len(text))
	}
	ast, issues := env.Compile(text)
	if err := issues.Err(); err != nil {
		return nil, &notCEL{column: issues.Errors()[0].Location.Column() + 1, says: plainCEL(issues)}
	}
	if !ast.OutputType().IsExactType(kind) {
		return nil, fmt.Errorf("it gives %s, not %s", ast.OutputType(), kind)
	}
	for _, name := range limitsIn(ast) {
		if _, ok := limits[name]; !ok {
			return nil, fmt.Errorf("there is no limit %q: add it under limits", name)
		}
	}
	p, err := env.Program(ast, cel.CostLimit(mostCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	return p, nil
}

// notCEL says why a text is no expression.
type notCEL struct {
	column int // of the first mistake, from 1
	says   string
}

// Error says what is wrong, with the columns.
func (e *notCEL) Error() string { return e.says }

// columnOf is the column of the first mistake in an expression, from 1; 0 where
// it is about the expression as a whole.
func columnOf(err error) int {
	if bad, ok := errors.AsType[*notCEL](err); ok {
		return bad.column
	}
	return 0
}

// plainCEL is what is wrong with an expression, on one line.
func plainCEL(issues *cel.Issues) string {
	var out []string
	for _, e := range issues.Errors() {
		text := strings.Join(strings.Fields(e.Message), " ")
		if strings.Contains(text, "undeclared reference to 'it'") { // the library guesses at a type's name
			text = "'it' is an element of each, and this rule names none"
		}
		out = append(out, fmt.Sprintf("at %d: %s", e.Location.Column()+1, text))
	}
	return strings.Join(out, "; ")
}

// limitsIn lists the names NAME of limits.NAME and limit_texts.NAME in an expression.
func limitsIn(checked *cel.Ast) []string {
	var out []string
	celast.PreOrderVisit(checked.NativeRep().Expr(), celast.NewExprVisitor(func(e celast.Expr) {
		if e.Kind() != celast.SelectKind {
			return
		}
		if of := e.AsSelect().Operand(); of.Kind() == celast.IdentKind && (of.AsIdent() == "limits" || of.AsIdent() == "limit_texts") {
			out = append(out, e.AsSelect().FieldName())
		}
	}))
	return out
}

// join puts texts together with another between them. The library's own string
// functions are left out: what some of them make is not counted as a cost, so
// that a short expression could take all memory.
func join(list, between ref.Val) ref.Val {
	texts, err := list.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return types.NewErr("join: %v", err)
	}
	return types.String(strings.Join(texts.([]string), fmt.Sprint(between.Value())))
}

// evaluate runs an expression.
func evaluate(ctx context.Context, p cel.Program, vars map[string]any) (any, error) {
	v, _, err := p.ContextEval(ctx, vars)
	if stopped, ok := errors.AsType[interpreter.EvalCancelledError](err); ok && stopped.Cause == interpreter.CostLimitExceeded {
		return nil, fmt.Errorf("the expression takes more than the %d steps that one may", mostCost)
	}
	if err != nil {
		return nil, err
	}
	return v.Value(), nil
}
