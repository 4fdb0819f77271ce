export { dayOf, dayText, daysOfMonth, firstDayOf, hourOf, lastDayOf, monthOf, nextMonth, parseDay, parseMonth } from './calendar';
export { AWS_PRICES } from './aws-prices';
export { divided, formatAmount, MAX_AMOUNT, parseAmount, type Micros } from './money';
export { isByTheMonth, type Price, type PriceList, type PriceTier, type Product, PRODUCTS, unitPrice } from './price-list';
export { readPriceListText } from './price-list-text';
export { type RawPriceList, readPriceList } from './read-price-list';
export { type DayQuantity, type MonthOfUsage, priceMonth, type PricedMonth, type StatementLine } from './price-month';
