package serving

import (
	"slices"
	"strconv"
	"strings"

	"github.com/parleysec/parley/internal/catalogue"
)

// variable is a variable of the environment that other programs know, too.
type variable struct {
	name string
	// as is what its value means here, nil: itself. bad is why it is not followed, or
	// not to the letter, as a sentence for the log.
	as func(value string, env func(string) string) (text, bad string)
}

func (v variable) value(env func(string) string) (text, bad string) {
	text = strings.TrimSpace(env(v.name))
	if text == "" || v.as == nil {
		return text, ""
	}
	return v.as(text, env)
}

// The variables of OpenTelemetry that make sense for an exporter of traces, by
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and
// https://opentelemetry.io/docs/specs/otel/protocol/exporter/: what is for traces alone
// goes before what is for all signals, and what cannot be understood is told to the log
// and not followed.
var (
	tracesVariables = []variable{
		{name: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}, {name: "OTEL_EXPORTER_OTLP_ENDPOINT", as: tracesBelow},
	}
	tracesHeaderVariables     = []variable{{name: "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}, {name: "OTEL_EXPORTER_OTLP_HEADERS"}}
	tracesServiceVariables    = []variable{{name: "OTEL_SERVICE_NAME"}, {name: attributesVariable, as: serviceAmong}}
	tracesAttributesVariables = []variable{{name: attributesVariable, as: attributesOf}}
	tracesShareVariables      = []variable{{name: samplerVariable, as: sampled}}
	tracesTimeoutVariables    = []variable{
		{name: "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", as: milliseconds}, {name: "OTEL_EXPORTER_OTLP_TIMEOUT", as: milliseconds},
	}
	// otherVariables set nothing that has a name here.
	otherVariables = []variable{
		{name: disabledVariable, as: trueOrFalse},
		{name: exporterVariable, as: oneWord("otlp", "none")},
		{name: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", as: oneWord("http/json")},
		{name: "OTEL_EXPORTER_OTLP_PROTOCOL", as: oneWord("http/json")},
		{name: "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", as: oneWord("none")},
		{name: "OTEL_EXPORTER_OTLP_COMPRESSION", as: oneWord("none")},
		{name: "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", as: unread},
		{name: "OTEL_EXPORTER_OTLP_CERTIFICATE", as: unread},
		{name: "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", as: unread},
		{name: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", as: unread},
		{name: "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", as: unread},
		{name: "OTEL_EXPORTER_OTLP_CLIENT_KEY", as: unread},
		{name: "OTEL_CONFIG_FILE", as: unread},
	}
)

const (
	attributesVariable = "OTEL_RESOURCE_ATTRIBUTES"
	disabledVariable   = "OTEL_SDK_DISABLED"
	exporterVariable   = "OTEL_TRACES_EXPORTER"
	samplerVariable    = "OTEL_TRACES_SAMPLER"
	samplerArgVariable = "OTEL_TRACES_SAMPLER_ARG"
	serviceAttribute   = "service.name"
)

// otel ends traces where the environment says that there are none, and else notes what
// it says that is not followed.
func (s *Settings) otel(env func(string) string, values []Value) {
	if env == nil || s.Traces.Endpoint == "" {
		return
	}
	if strings.EqualFold(env(disabledVariable), "true") || env(exporterVariable) == "none" {
		s.Traces.Endpoint = ""
		for i, v := range values {
			if v.Name == "traces" {
				values[i] = Value{Name: v.Name, From: "environment"}
			}
		}
		return
	}
	all := slices.Clone(otherVariables)
	for _, d := range settings {
		all = append(all, d.also...)
	}
	for _, v := range all {
		if _, bad := v.value(env); bad != "" {
			s.Ignored = append(s.Ignored, v.name+": "+bad)
		}
	}
}

func tracesBelow(endpoint string, _ func(string) string) (string, string) {
	return strings.TrimRight(endpoint, "/") + "/v1/traces", ""
}

// milliseconds is a time as a setting has it.
func milliseconds(text string, _ func(string) string) (string, string) {
	if n, err := strconv.Atoi(text); err != nil || n < 1 || n > 3_600_000 {
		return "", catalogue.T("cli.serve.otel.milliseconds")
	}
	return text + "ms", ""
}

// attributesOf are the attributes, all of them or none: so says the specification.
func attributesOf(text string, _ func(string) string) (string, string) {
	if _, ok := namesAndValues(text); !ok {
		return "", catalogue.T("cli.serve.attributes")
	}
	return text, ""
}

// serviceAmong is what the server is called by its attributes, "" where they do not say.
func serviceAmong(text string, _ func(string) string) (string, string) {
	pairs, _ := namesAndValues(text)
	return pairs[serviceAttribute], ""
}

// sampled is the share of the traces that are kept.
func sampled(text string, env func(string) string) (share, bad string) {
	word, follows := strings.CutPrefix(text, "parentbased_")
	switch word {
	case "always_on":
		share = "1"
	case "always_off":
		share = "0"
	case "traceidratio":
		share = strings.TrimSpace(env(samplerArgVariable))
		if share == "" {
			share = "1"
		}
		if tracesShare(&Settings{}, share) != nil {
			return "1", catalogue.T("cli.serve.otel.share", "name", samplerArgVariable)
		}
	default:
		return "", catalogue.T("cli.serve.otel.sampler")
	}
	if !follows {
		bad = catalogue.T("cli.serve.otel.parent", "name", "parentbased_"+word)
	}
	return share, bad
}

func trueOrFalse(text string, _ func(string) string) (string, string) {
	if strings.EqualFold(text, "false") || strings.EqualFold(text, "true") {
		return "", ""
	}
	return "", catalogue.T("cli.serve.one-of", "words", "true, false")
}

func oneWord(words ...string) func(string, func(string) string) (string, string) {
	return func(text string, _ func(string) string) (string, string) {
		if slices.Contains(words, text) {
			return "", ""
		}
		return "", catalogue.T("cli.serve.otel.word", "words", strings.Join(words, ", "))
	}
}

func unread(string, func(string) string) (string, string) {
	return "", catalogue.T("cli.serve.otel.unread")
}
