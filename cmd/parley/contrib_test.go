package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley/internal/api"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/internal/sse"
	"github.com/parleysec/parley/internal/testenv"
)

func contrib(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Root(t), "contrib", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// readSettings reads a file of settings as the program does; secrets are there.
func readSettings(t *testing.T, text string) *serving.Settings {
	t.Helper()
	s, _, err := serving.Read(serving.Sources{File: []byte(text), ReadFile: func(string) ([]byte, error) { return []byte("secret"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// knowsFlags fails where a command line has a flag that parley serve has not.
func knowsFlags(t *testing.T, words []string) {
	t.Helper()
	c := newApp(nil, io.Discard, io.Discard).serveCommand()
	for _, w := range words {
		if name, ok := strings.CutPrefix(w, "--"); ok && c.Flags().Lookup(name) == nil {
			t.Errorf("parley serve has no flag --%s", name)
		}
	}
}

// The unit starts what there is, gives requests under way time to finish, takes
// away what the program does not need, and is one that systemd reads.
func TestContribService(t *testing.T) {
	unit := contrib(t, "parley.service")
	set := readSettings(t, contrib(t, "parley.yaml"))
	if !set.Secure() || set.URL == "" {
		t.Errorf("settings %+v", set)
	}
	start := regexp.MustCompile(`(?m)^ExecStart=(\S+) (.*)$`).FindStringSubmatch(unit)
	if start == nil {
		t.Fatal("nothing is started")
	}
	knowsFlags(t, strings.Fields(start[2]))
	stop, err := time.ParseDuration(regexp.MustCompile(`(?m)^TimeoutStopSec=(.*)$`).FindStringSubmatch(unit)[1])
	if err != nil || stop <= set.Drain+set.Goodbye {
		t.Errorf("the server is killed after %s (%v), but says good-bye for %s", stop, err, set.Drain+set.Goodbye)
	}
	for _, want := range []string{"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "UMask=0077", "User=parley"} {
		if !strings.Contains(unit, want) {
			t.Errorf("the unit lacks %s", strings.TrimSpace(want))
		}
	}
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("no systemd here: the unit is read by this test alone")
		return
	}
	here := filepath.Join(t.TempDir(), "parley.service")
	if err := os.WriteFile(here, []byte(strings.Replace(unit, start[1], "/bin/true", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(verify, "verify", "--man=no", here).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, here) { // it also speaks of other units of the machine
			t.Errorf("systemd says: %s", line)
		}
	}
}

// What Kubernetes is given parses, the settings are ones that the program takes,
// and probes, ports and times fit them.
func TestContribKubernetes(t *testing.T) {
	type mapping = map[string]any
	kinds := map[string]mapping{}
	dec := yaml.NewDecoder(strings.NewReader(contrib(t, "kubernetes.yaml")))
	for {
		var doc mapping
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		kinds[doc["kind"].(string)] = doc
	}
	set := readSettings(t, kinds["ConfigMap"]["data"].(mapping)["parley.yaml"].(string))
	pod := kinds["Deployment"]["spec"].(mapping)["template"].(mapping)["spec"].(mapping)
	if grace := time.Duration(pod["terminationGracePeriodSeconds"].(int)) * time.Second; grace <= set.Drain+set.Goodbye || set.Drain == 0 {
		t.Errorf("killed after %s, but drains %s and says good-bye for %s", grace, set.Drain, set.Goodbye)
	}
	c := pod["containers"].([]any)[0].(mapping)
	var words []string
	for _, w := range c["args"].([]any) {
		words = append(words, w.(string))
	}
	knowsFlags(t, words)
	for probe, path := range map[string]string{"readinessProbe": "/readyz", "livenessProbe": "/healthz"} {
		if got := c[probe].(mapping)["httpGet"].(mapping)["path"]; got != path {
			t.Errorf("%s asks %v", probe, got)
		}
	}
	if port := c["ports"].([]any)[0].(mapping)["containerPort"]; !strings.HasSuffix(set.Listen, ":8080") || port != 8080 {
		t.Errorf("listens at %s, port %v", set.Listen, port)
	}
	for _, kind := range []string{"Service", "PodDisruptionBudget"} {
		if kinds[kind] == nil {
			t.Errorf("there is no %s", kind)
		}
	}
}

// The proxy lets through what the server takes, for as long as that may last, and says
// who asks, which host was meant, and how.
func TestContribNginx(t *testing.T) {
	conf := contrib(t, "nginx.conf")
	for _, want := range []string{
		fmt.Sprintf("client_max_body_size %dm;", api.UploadBody>>20), "proxy_request_buffering off;", "proxy_set_header Host $host;",
		"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", "proxy_set_header X-Forwarded-Proto $scheme;",
	} {
		if !strings.Contains(conf, want) {
			t.Errorf("it does not say %s", want)
		}
	}
	waits := regexp.MustCompile(`proxy_read_timeout (\d+s);`).FindStringSubmatch(conf)
	if waits == nil {
		t.Fatal("it does not say how long an answer may take")
	}
	if d, err := time.ParseDuration(waits[1]); err != nil || d <= 2*time.Minute || d <= sse.Pulse {
		t.Errorf("an answer may take %s (%v)", waits[1], err)
	}
	address := regexp.MustCompile(`proxy_pass http://([^;]+);`).FindStringSubmatch(conf)
	name := regexp.MustCompile(`server_name ([^;]+);`).FindStringSubmatch(conf)
	if address == nil || name == nil {
		t.Fatalf("%v, %v", address, name)
	}
	settings := "listen: " + address[1] + "\nurl: https://" + name[1] + "\nbehind_proxy: [127.0.0.1]\n"
	if set := readSettings(t, settings); set.URL == "" {
		t.Errorf("settings %+v", set)
	}
}

// The container builds the program with the version of Go that go.mod names, and
// starts it with flags there are, not as root.
func TestContribContainer(t *testing.T) {
	file := contrib(t, "Containerfile")
	mod, err := os.ReadFile(filepath.Join(testenv.Root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)[1]
	if !strings.Contains(file, "golang:"+string(version)+" ") {
		t.Errorf("not built with Go %s", version)
	}
	if !bytes.Contains([]byte(file), []byte("\nUSER 65532")) {
		t.Error("it runs as root")
	}
	if !strings.Contains(file, "--chown=65532:65532 /data /tmp\n") {
		t.Error("it has no folder for temporary files, through which reports pass")
	}
	cmd := regexp.MustCompile(`(?m)^CMD (\[.*\])$`).FindStringSubmatch(file)
	var words []string
	if cmd == nil || yaml.Unmarshal([]byte(cmd[1]), &words) != nil || words[0] != "serve" {
		t.Fatalf("CMD %v", cmd)
	}
	knowsFlags(t, words)
}

// The examples of pipelines are YAML, run the script that is there, keep the token
// out of other people's reach, and name no flag that is none.
func TestContribGate(t *testing.T) {
	for _, name := range []string{"gate-github.yaml", "gate-gitlab.yaml"} {
		text := contrib(t, name)
		if err := yaml.Unmarshal([]byte(text), new(map[string]any)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range []string{"contrib/gate.sh shop deployment unit-tests=tests.json", "PARLEY_SERVER", "PARLEY_TOKEN_FILE", "umask 077", "gate.md"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not hold %q", name, want)
			}
		}
	}
	root := newApp(nil, io.Discard, io.Discard).root()
	for _, line := range regexp.MustCompile(`(?m)^ *parley ((?:.*\\\n)*.*)$`).FindAllStringSubmatch(contrib(t, "gate.sh"), -1) {
		words := strings.FieldsFunc(line[1], func(r rune) bool { return strings.ContainsRune(" \\\n}\"", r) })
		c, _, err := root.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if i := strings.Index(w, "--"); i >= 0 && c.Flags().Lookup(w[i+2:]) == nil && root.PersistentFlags().Lookup(w[i+2:]) == nil {
				t.Errorf("parley %s has no flag %s", c.Name(), w[i:])
			}
		}
	}
}
