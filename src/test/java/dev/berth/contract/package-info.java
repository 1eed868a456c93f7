@NullMarked
package dev.berth.contract;

import org.jspecify.annotations.NullMarked;
