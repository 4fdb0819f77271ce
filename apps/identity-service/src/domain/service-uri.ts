/** The URI prefix of Strongroom's own services; `serviceCaller` of @strongroom/access reads them. */
export const serviceUriPrefixOf = (trustDomain: string): string => `spiffe://${trustDomain}/service/`;
