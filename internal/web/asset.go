package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/parleysec/parley/internal/chart"
)

//go:embed static
var staticFiles embed.FS

// asset is one file as it is served: under a name that holds its digest, and
// compressed once at start.
type asset struct {
	url, contentType, etag string
	body, zipped           []byte
}

// assets are the files by their plain name (app.css) and by address.
type assets struct {
	byName, byURL map[string]*asset
}

func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		return a.add(path.Base(name), body)
	})
	if err != nil {
		return nil, fmt.Errorf("read the page's own files: %w", err)
	}
	return a, nil
}

func (a *assets) add(name string, body []byte) error {
	if name == "app.css" {
		body = append(body, chart.CSS()...)
	}
	ext := path.Ext(name)
	contentType := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[ext]
	if contentType == "" {
		return fmt.Errorf("%s: no type for files ending in %s (%s)", name, ext, mime.TypeByExtension(ext))
	}
	if a.byName[name] != nil {
		return fmt.Errorf("%s stands twice", name)
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:8])
	f := &asset{
		url:         "/static/" + strings.TrimSuffix(name, ext) + "." + digest + ext,
		contentType: contentType, etag: `"` + digest + `"`, body: body,
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if b.Len() < len(body) {
		f.zipped = b.Bytes()
	}
	a.byName[name], a.byURL[f.url] = f, f
	return nil
}

// url is where a file is served, for templates.
func (a *assets) url(name string) (string, error) {
	f := a.byName[name]
	if f == nil {
		return "", fmt.Errorf("there is no file %s", name)
	}
	return f.url, nil
}

// serve answers with the file asked for; ok is false when there is none.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) (ok bool) {
	f := a.byURL[r.URL.Path]
	if f == nil {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", forever)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	body := f.body
	if f.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body) // the reader went away: nobody to tell
	return true
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		q = strings.ReplaceAll(q, " ", "")
		if strings.EqualFold(coding, "gzip") && q != "q=0" && q != "q=0.0" {
			return true
		}
	}
	return false
}
