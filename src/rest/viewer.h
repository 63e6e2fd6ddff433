/* viewer.h - the files of the documentation viewer, if they were there when
 * the program was built (web/docs-viewer/viewer.cmake). */
#ifndef REST_VIEWER_H
#define REST_VIEWER_H

struct viewer_asset {
	const char *name; /* NULL ends the table */
	const char *type;
	const char *bytes;
	const char *end;
};
extern const struct viewer_asset viewer_assets[];

#endif
