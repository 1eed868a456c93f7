/**
 * The pages: what people see of the features. A page composes several features and calls the same services as the API; no
 * feature knows of it, which keeps the packages free of cycles.
 */
@NullMarked
package dev.berth.pages;

import org.jspecify.annotations.NullMarked;
