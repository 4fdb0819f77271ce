/** The version of Strongroom that the page belongs to: of package.json. */
declare const __STRONGROOM_VERSION__: string;
