package quantity

import "strings"

// isoCodes are the active codes of ISO 4217 list one (six-group.com, the
// maintenance agency), without the codes for metals, bond units and testing, in
// alphabetical order.
const isoCodes = " AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD " +
	"CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP " +
	"GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP " +
	"LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN " +
	"PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT " +
	"TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG "

// formerCodes were replaced not long ago: texts may still hold them, and get
// the answer that the amount is in another currency.
const formerCodes = " ANG BGN HRK "

// Currencies lists the ISO 4217 codes that amounts may be in, in alphabetical order.
func Currencies() []string { return strings.Fields(isoCodes) }

// isISOCode reports whether s, in capitals, is a currency code.
func isISOCode(s string) bool {
	return len(s) == 3 && (strings.Contains(isoCodes, " "+s+" ") || strings.Contains(formerCodes, " "+s+" "))
}

// symbols are the currencies a symbol or a word may stand for.
var symbols = map[string]string{
	"£": "GBP EGP FKP GIP SHP SSP SYP LBP SDG",
	"€": "EUR",
	"$": "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD CUP BRL",
	"¥": "JPY CNY",
	"₹": "INR", "₽": "RUB", "₩": "KRW KPW", "₪": "ILS", "₺": "TRY", "₴": "UAH", "₫": "VND", "₦": "NGN", "฿": "THB", "₱": "PHP",
	"₡": "CRC", "₵": "GHS", "₸": "KZT", "₾": "GEL", "֏": "AMD", "₲": "PYG", "₮": "MNT", "₼": "AZN", "៛": "KHR", "₭": "LAK", "৳": "BDT",
	"kr": "SEK NOK DKK ISK", "zł": "PLN", "zl": "PLN", "fr": "CHF", "sfr": "CHF", "kč": "CZK", "ft": "HUF",
	"euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "dollar": "USD AUD CAD NZD", "dollars": "USD AUD CAD NZD", "yen": "JPY",
}

// dollars are the letters written before $ to say whose it is.
var dollars = map[string]string{
	"us": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nz": "NZD", "hk": "HKD", "s": "SGD", "nt": "TWD", "mx": "MXN", "r": "BRL",
}
