/** The version of package.json, put in when the program is bundled. */
declare const __STRONGROOM_VERSION__: string;
