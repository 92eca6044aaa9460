package gate

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"go.yaml.in/yaml/v4"

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
	when        asked // none: always
	require     asked
	except      asked // none: nothing excepts from it
	reason      asked // none: what the rule says
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

// rule compiles a rule; every limit it names must be there. What is wrong is
// reported to the reading, with its place.
func (l *language) rule(rd *reading, t ruleText, limits map[string]float64) (rule, bool) {
	id := t.text("id")
	r := rule{id: id, says: t.text("says"), from: 1, until: len(parley.Stages()), each: t.text("each")}
	before := len(rd.wrong)
	bad := func(field, format string, args ...any) { rd.bad(t.node(field), id, format, args...) }
	if id == "" {
		bad("id", "a rule has an id")
	} else if parley.Slug(id, longestID) != id {
		bad("id", "an id is made of small letters, digits and hyphens; %q would be", parley.Slug(id, longestID))
	}
	if r.says == "" {
		bad("says", "says is missing: what holds when the rule does, in plain words")
	}
	if t.text("require") == "" {
		bad("require", "require is missing: an expression that is true when the rule holds")
	}
	l.stages(&r, &t, bad)
	if needs := t.text("needs"); needs != "" && needs != needsLedger {
		bad("needs", "needs: %q is not known: write needs: %s where a rule asks for decisions or evidence, or leave it out", needs, needsLedger)
	}
	r.ledger = t.text("needs") == needsLedger
	env := l.env
	if r.each != "" {
		list, ok := lists[r.each]
		if !ok {
			bad("each", "each: %q is none of the lists: use one of %s", r.each, strings.Join(listNames(), ", "))
			return r, false
		}
		var err error
		if env, err = env.Extend(cel.Variable("it", cel.ObjectType("gate."+list.kind.Name()))); err != nil {
			bad("each", "each: %v", err)
			return r, false
		}
	} else if t.text("when") != "" {
		bad("when", "when belongs to each: without a list there is nothing to choose from")
	}
	for _, e := range []struct {
		name string
		kind *cel.Type
		to   *asked
	}{{"when", cel.BoolType, &r.when}, {"require", cel.BoolType, &r.require}, {"except", cel.ListType(cel.StringType), &r.except}, {"reason", cel.StringType, &r.reason}} {
		text := t.text(e.name)
		if text == "" {
			continue
		}
		*e.to = asked{name: e.name, id: id, at: t.node(e.name), rd: rd}
		x, err := compile(env, text, e.kind, limits)
		if err != nil {
			rd.wrong = append(rd.wrong, e.to.failed(err))
			continue
		}
		e.to.expression = x
	}
	return r, len(rd.wrong) == before
}

// stages reads between which stages a rule applies.
func (l *language) stages(r *rule, t *ruleText, bad func(field, format string, args ...any)) {
	for name, to := range map[string]*int{"from": &r.from, "until": &r.until} {
		stage := t.text(name)
		if stage == "" {
			continue
		}
		if *to = position(stage); *to == 0 {
			bad(name, "%s: %q is no stage: use one of %s", name, stage, stageNames())
			return
		}
	}
	if r.from > r.until {
		bad("until", "it can never apply: %s, where it begins, comes after %s, where it ends", t.text("from"), t.text("until"))
	}
}

// asked is an expression of a rule, and where it stands; the zero value is none.
type asked struct {
	*expression
	name, id string
	at       *yaml.Node
	rd       *reading
}

// failed is an error of the expression at its place in the file.
func (a *asked) failed(err error) error {
	out := &Error{File: a.rd.file, Rule: a.id, Err: fmt.Errorf("%s: %w", a.name, err)}
	out.Line, out.Column = a.rd.place(a.at, columnOf(err)-1)
	return out
}

// evaluate runs the expression.
func (a *asked) evaluate(ctx context.Context, vars map[string]any) (ref.Val, error) {
	v, err := a.expression.evaluate(ctx, vars)
	if err != nil {
		return nil, a.failed(err)
	}
	return v, nil
}

// fieldNames are all fields of the things that expressions can ask about.
func fieldNames() []string {
	var out []string
	kinds := []reflect.Type{reflect.TypeFor[Product]()}
	for _, l := range lists {
		kinds = append(kinds, l.kind)
	}
	for _, t := range kinds {
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("cel"), ","); name != "" {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func stageNames() string {
	var out []string
	for _, s := range parley.Stages() {
		out = append(out, string(s))
	}
	return strings.Join(out, ", ")
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
