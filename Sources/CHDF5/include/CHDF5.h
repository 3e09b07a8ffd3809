#ifndef CHDF5_H
#define CHDF5_H

#include <hdf5/serial/hdf5.h>
#include <stddef.h>
#include <stdint.h>

/// The most axes of a data set that is read.
#define HDF5_MOST_AXES 8

/// What kind of thing a link leads to.
enum HDF5Kind { HDF5_GROUP, HDF5_DATASET, HDF5_OTHER };

/// Why a data set can't be read; 0 where it can.
enum HDF5Refusal {
    HDF5_FINE,
    HDF5_DAMAGED,
    HDF5_TOO_MANY_AXES,
    HDF5_EXTERNAL,
    HDF5_VIRTUAL,
    HDF5_FILTER,
    HDF5_NO_NUMBERS
};

/// What is known of a data set before its numbers are read.
typedef struct {
    /// One of `HDF5Refusal`.
    int refusal;
    int rank;
    uint64_t extents[HDF5_MOST_AXES];
    /// The bytes of a number as it is stored.
    size_t size;
    /// The bytes that the file has for it.
    uint64_t stored;
    /// Where its numbers lie in the file, as little-endian 32-bit floats one after the other; UINT64_MAX where they don't.
    uint64_t place;
    /// How many steps of the first axis are packed together; 1 where nothing is.
    uint64_t rows_packed;
    /// Whether the numbers are 16-bit "bfloat16" in an opaque type.
    int is_bfloat16;
    /// Its type in words, as in "float64".
    char type[24];
} HDF5Dataset;

/// What is told of an attribute.
typedef struct {
    /// 1 for texts, 0 for numbers, negative for what can't be read.
    int is_text;
    uint64_t count;
} HDF5Attribute;

/// Told of each link of a group; gives 0 to go on.
typedef int (*hdf5_link_visitor)(void *context, const char *name, int is_hard);

/// Told of a text, which need not end with 0.
typedef void (*hdf5_text_visitor)(void *context, const char *text, size_t count);

/// Makes the library ready: silent, and without plugins.
void hdf5_start(void);

/// Opens bytes as a file that is read; they stay where they are, as long as it is open. Negative where they are none.
hid_t hdf5_open(const void *bytes, size_t count);

/// Makes an empty file in memory; negative where there is none left.
hid_t hdf5_create(void);

/// Tells of the links of a group; negative where it is damaged.
int hdf5_links(hid_t group, void *context, hdf5_link_visitor visitor);

/// What a hard link leads to, one of `HDF5Kind`, and the object's address, which is the same for all links to it; negative
/// where it is damaged.
int hdf5_kind(hid_t group, const char *name, uint64_t *address);

hid_t hdf5_open_group(hid_t group, const char *name);
hid_t hdf5_open_dataset(hid_t group, const char *name);
void hdf5_close_group(hid_t group);
void hdf5_close_dataset(hid_t dataset);
void hdf5_close(hid_t file);

/// Looks at a data set without reading its numbers.
void hdf5_look(hid_t dataset, HDF5Dataset *found);

/// Reads some steps of the first axis as 32-bit floats; of a data set without axes its one number. Negative where it fails.
int hdf5_read(hid_t dataset, const HDF5Dataset *found, uint64_t first, uint64_t count, float *numbers);

/// Tells of the names of an object's attributes; negative where it is damaged.
int hdf5_attributes(hid_t object, void *context, hdf5_text_visitor visitor);

/// Looks at an attribute.
HDF5Attribute hdf5_look_at_attribute(hid_t object, const char *name);

/// Tells of an attribute's texts in order; negative where it is damaged.
int hdf5_read_texts(hid_t object, const char *name, uint64_t count, void *context, hdf5_text_visitor visitor);

/// Reads an attribute's numbers; negative where it is damaged.
int hdf5_read_numbers(hid_t object, const char *name, double *numbers);

/// Makes a group without a date.
hid_t hdf5_create_group(hid_t group, const char *name);

/// Writes a data set of 32-bit floats without a date; negative where it fails.
int hdf5_write(hid_t group, const char *name, int rank, const uint64_t *extents, const float *numbers);

/// Writes a data set of one 32-bit integer.
int hdf5_write_integer(hid_t group, const char *name, int32_t number);

/// Writes an attribute that is one text, in UTF-8; negative where it fails.
int hdf5_write_text(hid_t object, const char *name, const char *text);

/// Writes an attribute that is a list of texts of one width, filled up with 0; a list of none is one of no numbers, as
/// h5py writes it.
int hdf5_write_texts(hid_t object, const char *name, uint64_t count, size_t width, const char *texts);

/// The bytes of a file in memory: how many, or, where there is room for them, these bytes. Negative where it fails.
int64_t hdf5_image(hid_t file, void *bytes, size_t room);

#endif
