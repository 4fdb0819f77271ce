export { ConsoleBrowser, type ConsoleServer, type VisitOptions } from './console-browser';
export { type ColorScheme, ConsoleVisit } from './console-visit';
export { walkPages } from './pages';
export { PICTURE_SCHEMES, PICTURE_WIDTHS, pictureName, PICTURES, takePictures, type PictureOptions } from './pictures';
