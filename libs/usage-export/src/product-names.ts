import { Product } from '@strongroom/contracts/strongroom/usage/v1/usage';

/** As price lists have them. */
export const PRODUCT_NAMES: Readonly<Record<Product, string>> = {
  [Product.SECRET_MONTHS]: 'secret-months',
  [Product.SECRET_CALLS]: 'secret-calls',
  [Product.KEY_MONTHS]: 'key-months',
  [Product.KEY_CALLS]: 'key-calls',
  [Product.UNSPECIFIED]: '',
  [Product.UNRECOGNIZED]: '',
};
