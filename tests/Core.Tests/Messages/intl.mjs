// Makes intl.json, what a browser's Intl writes: node intl.mjs > intl.json. pt is Brazil's.
const locales = ['de', 'en', 'en-GB', 'es', 'fr', 'it', 'ja', 'nl', 'pt', 'zh'];
const currencies = ['USD', 'EUR', 'GBP', 'JPY', 'CNY', 'KRW', 'CHF', 'INR', 'AUD', 'CAD', 'BRL', 'MXN', 'HKD', 'TWD', 'SGD', 'NZD', 'ILS', 'VND', 'PHP', 'KWD', 'SEK', 'PLN', 'TRY', 'CLP', 'ISK', 'TND'];
const days = [...Array(12).keys()].map(month => new Date(Date.UTC(2026, month, month + 1, 2 * month, 5)));
const styles = { medium: { dateStyle: 'medium' }, long: { dateStyle: 'long' }, full: { dateStyle: 'full' }, time: { timeStyle: 'short' } };
const numbers = [0, 0.125, 1, -1, 999.5, 1234, -1234, 9999.9996, 12345, 1234567.5, 0.0004];
const written = { cldr: process.versions.cldr };
for (const locale of locales) written[locale] = {
  dates: days.flatMap(day => Object.entries(styles).map(([name, style]) => [day.toISOString().slice(0, 19), name, new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' }).format(day)])),
  numbers: numbers.flatMap(number => [null, 0, 2].map(decimals => [number, decimals, new Intl.NumberFormat(locale, { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 3, signDisplay: 'negative' }).format(number)])),
  money: currencies.flatMap(currency => [1234.5, -0.5, 12345.678, 0].map(amount => [amount, currency, new Intl.NumberFormat(locale, { style: 'currency', currency, signDisplay: 'negative' }).format(amount)])),
};
console.log(JSON.stringify(written, null, 0).replaceAll('],[', '],\n['));
