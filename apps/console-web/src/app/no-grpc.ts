// Stands in for gRPC's library, which the contracts import for their clients: the page takes enumerations and types from them,
// and calls nobody but the console.
export const makeGenericClientConstructor = (): undefined => undefined;
export class Client {}
