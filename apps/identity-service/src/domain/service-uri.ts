/** Where the certificates of Strongroom's own services live; `serviceCaller` of @strongroom/access reads them. */
export const serviceUriPrefixOf = (trustDomain: string): string => `spiffe://${trustDomain}/service/`;
