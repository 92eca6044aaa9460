package chart

import _ "embed"

//go:embed chart.css
var css string

// CSS is the look of pictures in a page. It uses the custom properties page,
// card, ink, soft, line, accent, risk and good, which the page's own style
// sheet sets for light and dark.
func CSS() string { return css }

// tokens are the custom properties for pictures that stand alone.
const tokens = `svg{color-scheme:light dark;--page:light-dark(#fbfaf8,#15171b);--card:light-dark(#fff,#1d2026);` +
	`--ink:light-dark(#1d1f24,#eceae6);--soft:light-dark(#595d66,#a9adb6);--line:light-dark(#d9d6cf,#363b45);` +
	`--accent:light-dark(#1f5fbf,#8ab4ff);--risk:light-dark(#b3421e,#ff9a73);--good:light-dark(#1b6e53,#6fd0ac)}`
