package web

// attacks are texts that become something else where text is not escaped for
// the place it stands in: content, attributes, addresses, scripts, styles.
var attacks = []string{
	`<script>window.pwned=1</script>`,
	`"><img src=x onerror=window.pwned=1>`,
	`' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1`,
	`</title></textarea></style></script><svg onload=window.pwned=1>`,
	`javascript:window.pwned=1`,
	`data:text/html,<script>window.pwned=1</script>`,
	`{{.}}${window.pwned=1}<%= 1 %>`,
	`<!--><svg/onload=window.pwned=1>-->`,
	"\u202e\u0000\u001b[31m\ufeff<b>bold</b>",
	`</svg><foreignObject><body onload=window.pwned=1>`,
	`&lt;script&gt;window.pwned=1&lt;/script&gt;`,
	`]]><a href="javascript:window.pwned=1" id=main name=forms>x</a>`,
}

// always says the same wherever something is said.
func always(text string) say {
	return func(s string) string {
		if s == "" {
			return ""
		}
		return text
	}
}
