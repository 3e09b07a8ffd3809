#include "CHDF5.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The bytes of a file that is read, shared by all lists of properties that name them.
typedef struct {
    const void *bytes;
    size_t count;
    int users;
} Image;

static void *image_allocate(size_t size, H5FD_file_image_op_t operation, void *data) {
    Image *image = data;
    if (size > image->count) return NULL;
    switch (operation) {
    case H5FD_FILE_IMAGE_OP_PROPERTY_LIST_SET:
    case H5FD_FILE_IMAGE_OP_PROPERTY_LIST_COPY:
    case H5FD_FILE_IMAGE_OP_PROPERTY_LIST_GET:
    case H5FD_FILE_IMAGE_OP_FILE_OPEN: return (void *)image->bytes;
    default: return NULL;
    }
}

// All places are the same bytes, so that there is nothing to copy.
static void *image_copy(void *to, const void *from, size_t size, H5FD_file_image_op_t operation, void *data) {
    (void)from, (void)size, (void)operation;
    return to == ((Image *)data)->bytes ? to : NULL;
}

static void *image_resize(void *bytes, size_t size, H5FD_file_image_op_t operation, void *data) {
    (void)bytes, (void)size, (void)operation, (void)data;
    return NULL;
}

static herr_t image_free(void *bytes, H5FD_file_image_op_t operation, void *data) {
    (void)bytes, (void)operation, (void)data;
    return 0;
}

static void *image_share(void *data) {
    ((Image *)data)->users += 1;
    return data;
}

static herr_t image_leave(void *data) {
    Image *image = data;
    if (--image->users == 0) free(image);
    return 0;
}

void hdf5_start(void) {
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

// Files of one name are one file to the library, so each has a name of its own; other threads have files open too.
static const char *image_name(char *room, size_t count) {
    static atomic_ulong next;
    snprintf(room, count, "image-%lu", atomic_fetch_add(&next, 1));
    return room;
}

hid_t hdf5_open(const void *bytes, size_t count) {
    Image *image = malloc(sizeof *image);
    hid_t access = image ? H5Pcreate(H5P_FILE_ACCESS) : -1;
    if (access < 0) {
        free(image);
        return -1;
    }
    *image = (Image){bytes, count, 1};
    H5FD_file_image_callbacks_t callbacks = {
        image_allocate, image_copy, image_resize, image_free, image_share, image_leave, image,
    };
    hid_t file = -1;
    char name[32];
    if (H5Pset_fapl_core(access, 65536, 0) >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
        H5Pset_file_image(access, (void *)bytes, count) >= 0)
        file = H5Fopen(image_name(name, sizeof name), H5F_ACC_RDONLY, access);
    H5Pclose(access);
    image_leave(image);
    return file;
}

hid_t hdf5_create(void) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), creation = H5Pcreate(H5P_FILE_CREATE), file = -1;
    char name[32];
    if (H5Pset_fapl_core(access, 1 << 20, 0) >= 0) file = H5Fcreate(image_name(name, sizeof name), H5F_ACC_TRUNC, creation, access);
    H5Pclose(access);
    H5Pclose(creation);
    return file;
}

typedef struct {
    void *context;
    hdf5_link_visitor visitor;
} LinkVisit;

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    (void)group;
    LinkVisit *visit = data;
    return visit->visitor(visit->context, name, info->type == H5L_TYPE_HARD);
}

int hdf5_links(hid_t group, void *context, hdf5_link_visitor visitor) {
    LinkVisit visit = {context, visitor};
    return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_link, &visit);
}

int hdf5_kind(hid_t group, const char *name, uint64_t *address) {
    // Without opening it, which for a data set that this library can't read fails.
    H5O_info_t info;
    if (H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return -1;
    *address = info.addr;
    return info.type == H5O_TYPE_GROUP ? HDF5_GROUP : info.type == H5O_TYPE_DATASET ? HDF5_DATASET : HDF5_OTHER;
}

hid_t hdf5_open_group(hid_t group, const char *name) { return H5Gopen2(group, name, H5P_DEFAULT); }

hid_t hdf5_open_dataset(hid_t group, const char *name) { return H5Dopen2(group, name, H5P_DEFAULT); }

void hdf5_close_group(hid_t group) { H5Gclose(group); }

void hdf5_close_dataset(hid_t dataset) { H5Dclose(dataset); }

void hdf5_close(hid_t file) { H5Fclose(file); }

static int has_bfloat_mark(hid_t dataset) {
    int is_marked = 0;
    if (H5Aexists(dataset, "dtype") <= 0) return 0;
    hid_t attribute = H5Aopen(dataset, "dtype", H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    if (H5Tget_class(type) == H5T_STRING && H5Sget_simple_extent_npoints(space) == 1) {
        if (H5Tis_variable_str(type) > 0) {
            char *text = NULL;
            hid_t memory = H5Tcopy(H5T_C_S1);
            H5Tset_size(memory, H5T_VARIABLE);
            H5Tset_cset(memory, H5Tget_cset(type));
            if (H5Aread(attribute, memory, &text) >= 0 && text) is_marked = strcmp(text, "bfloat16") == 0;
            H5free_memory(text);
            H5Tclose(memory);
        } else if (H5Tget_size(type) < 64) {
            char text[65] = {0};
            if (H5Aread(attribute, type, text) >= 0) is_marked = strcmp(text, "bfloat16") == 0;
        }
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return is_marked;
}

static int storage_refusal(hid_t creation, HDF5Dataset *found) {
    if (H5Pget_external_count(creation) != 0) return HDF5_EXTERNAL;
    H5D_layout_t layout = H5Pget_layout(creation);
    if (layout == H5D_VIRTUAL) return HDF5_VIRTUAL;
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) return HDF5_DAMAGED;
    if (layout == H5D_CHUNKED) {
        hsize_t chunk[HDF5_MOST_AXES];
        if (H5Pget_chunk(creation, HDF5_MOST_AXES, chunk) != found->rank || chunk[0] == 0) return HDF5_DAMAGED;
        found->rows_packed = chunk[0];
    }
    int filters = H5Pget_nfilters(creation);
    if (filters < 0) return HDF5_DAMAGED;
    for (int place = 0; place < filters; place++) {
        unsigned flags, settings;
        size_t values = 0;
        H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)place, &flags, &values, NULL, 0, NULL, &settings);
        if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32)
            return HDF5_FILTER;
    }
    return HDF5_FINE;
}

static int type_refusal(hid_t dataset, hid_t type, HDF5Dataset *found) {
    H5T_class_t class = H5Tget_class(type);
    found->size = H5Tget_size(type);
    int bits = (int)(8 * found->size);
    switch (class) {
    case H5T_FLOAT:
        snprintf(found->type, sizeof found->type, "float%d", bits);
        return found->size == 2 || found->size == 4 || found->size == 8 ? HDF5_FINE : HDF5_NO_NUMBERS;
    case H5T_INTEGER:
        snprintf(found->type, sizeof found->type, "%s%d", H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int", bits);
        return found->size <= 8 ? HDF5_FINE : HDF5_NO_NUMBERS;
    case H5T_OPAQUE:
        found->is_bfloat16 = found->size == 2 && has_bfloat_mark(dataset);
        snprintf(found->type, sizeof found->type, found->is_bfloat16 ? "bfloat16" : "opaque");
        return found->is_bfloat16 ? HDF5_FINE : HDF5_NO_NUMBERS;
    case H5T_STRING: snprintf(found->type, sizeof found->type, "text"); return HDF5_NO_NUMBERS;
    default: snprintf(found->type, sizeof found->type, "type %d", (int)class); return HDF5_NO_NUMBERS;
    }
}

void hdf5_look(hid_t dataset, HDF5Dataset *found) {
    memset(found, 0, sizeof *found);
    found->place = UINT64_MAX;
    found->rows_packed = 1;
    found->refusal = HDF5_DAMAGED;
    hid_t creation = H5Dget_create_plist(dataset);
    // The extents and the size of a virtual one are looked for in other files.
    if (creation >= 0 && H5Pget_layout(creation) == H5D_VIRTUAL) {
        found->refusal = HDF5_VIRTUAL;
        H5Pclose(creation);
        return;
    }
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    if (space >= 0 && type >= 0 && creation >= 0) {
        int rank = H5Sget_simple_extent_ndims(space);
        H5S_class_t kind = H5Sget_simple_extent_type(space);
        if (rank > HDF5_MOST_AXES) {
            found->refusal = HDF5_TOO_MANY_AXES;
        } else if (rank >= 0 && (kind == H5S_SIMPLE || kind == H5S_SCALAR)) {
            hsize_t extents[HDF5_MOST_AXES];
            found->rank = rank;
            H5Sget_simple_extent_dims(space, extents, NULL);
            for (int axis = 0; axis < rank; axis++) found->extents[axis] = extents[axis];
            found->refusal = storage_refusal(creation, found);
            if (found->refusal == HDF5_FINE) found->refusal = type_refusal(dataset, type, found);
            found->stored = H5Dget_storage_size(dataset);
            haddr_t place = H5Dget_offset(dataset);
            if (found->refusal == HDF5_FINE && H5Pget_layout(creation) == H5D_CONTIGUOUS &&
                H5Tequal(type, H5T_IEEE_F32LE) > 0 && place != HADDR_UNDEF)
                found->place = place;
        }
    }
    if (creation >= 0) H5Pclose(creation);
    if (type >= 0) H5Tclose(type);
    if (space >= 0) H5Sclose(space);
}

int hdf5_read(hid_t dataset, const HDF5Dataset *found, uint64_t first, uint64_t count, float *numbers) {
    hid_t space = H5Dget_space(dataset), memory = -1, type = -1;
    hsize_t start[HDF5_MOST_AXES] = {0}, size[HDF5_MOST_AXES];
    hssize_t volume = 1;
    for (int axis = 0; axis < found->rank; axis++) {
        size[axis] = axis == 0 ? count : found->extents[axis];
        volume *= (hssize_t)size[axis];
    }
    start[0] = first;
    int status = 0;
    if (found->rank > 0) {
        status = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, size, NULL);
        memory = H5Screate_simple(found->rank, size, NULL);
    } else {
        memory = H5Screate(H5S_SCALAR);
    }
    type = found->is_bfloat16 ? H5Dget_type(dataset) : H5Tcopy(H5T_NATIVE_FLOAT);
    if (status >= 0) status = H5Dread(dataset, type, memory, space, H5P_DEFAULT, numbers);
    if (status >= 0 && found->is_bfloat16) {
        // Widened in place, from the end: the halves lie in the first half of the floats.
        const uint8_t *halves = (const uint8_t *)numbers;
        for (hssize_t place = volume - 1; place >= 0; place--) {
            uint32_t bits = (uint32_t)halves[2 * place] << 16 | (uint32_t)halves[2 * place + 1] << 24;
            memcpy(numbers + place, &bits, sizeof bits);
        }
    }
    H5Tclose(type);
    H5Sclose(memory);
    H5Sclose(space);
    return status;
}

typedef struct {
    void *context;
    hdf5_text_visitor visitor;
} AttributeVisit;

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    (void)object, (void)info;
    AttributeVisit *visit = data;
    visit->visitor(visit->context, name, strlen(name));
    return 0;
}

int hdf5_attributes(hid_t object, void *context, hdf5_text_visitor visitor) {
    AttributeVisit visit = {context, visitor};
    return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_attribute, &visit);
}

HDF5Attribute hdf5_look_at_attribute(hid_t object, const char *name) {
    HDF5Attribute found = {-1, 0};
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return found;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (type >= 0 && space >= 0) {
        hssize_t count = H5Sget_simple_extent_type(space) == H5S_NULL ? 0 : H5Sget_simple_extent_npoints(space);
        H5T_class_t class = H5Tget_class(type);
        if (count >= 0 && (class == H5T_STRING || class == H5T_FLOAT || class == H5T_INTEGER)) {
            found.is_text = class == H5T_STRING;
            found.count = (uint64_t)count;
        }
    }
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    H5Aclose(attribute);
    return found;
}

int hdf5_read_texts(hid_t object, const char *name, uint64_t count, void *context, hdf5_text_visitor visitor) {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return -1;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    int status = -1;
    if (H5Tis_variable_str(type) > 0) {
        char **texts = calloc(count ? count : 1, sizeof *texts);
        hid_t memory = H5Tcopy(H5T_C_S1);
        H5Tset_size(memory, H5T_VARIABLE);
        H5Tset_cset(memory, H5Tget_cset(type));
        if (texts) status = H5Aread(attribute, memory, texts);
        if (status >= 0) {
            for (uint64_t place = 0; place < count; place++)
                visitor(context, texts[place] ? texts[place] : "", texts[place] ? strlen(texts[place]) : 0);
            H5Dvlen_reclaim(memory, space, H5P_DEFAULT, texts);
        }
        H5Tclose(memory);
        free(texts);
    } else {
        size_t width = H5Tget_size(type);
        char *texts = width && count <= (64u << 20) / width ? calloc(count ? count : 1, width) : NULL;
        if (texts) status = H5Aread(attribute, type, texts);
        for (uint64_t place = 0; status >= 0 && place < count; place++)
            visitor(context, texts + place * width, strnlen(texts + place * width, width));
        free(texts);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return status;
}

int hdf5_read_numbers(hid_t object, const char *name, double *numbers) {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0) return -1;
    int status = H5Aread(attribute, H5T_NATIVE_DOUBLE, numbers);
    H5Aclose(attribute);
    return status;
}

hid_t hdf5_create_group(hid_t group, const char *name) {
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(creation, 0);
    hid_t made = H5Gcreate2(group, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Pclose(creation);
    return made;
}

static int write_dataset(
    hid_t group, const char *name, hid_t space, hid_t stored, hid_t held, const void *numbers
) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    hid_t dataset = H5Dcreate2(group, name, stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    int status = dataset < 0 ? -1 : H5Dwrite(dataset, held, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
    if (dataset >= 0) H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
    return status;
}

int hdf5_write(hid_t group, const char *name, int rank, const uint64_t *extents, const float *numbers) {
    hsize_t size[HDF5_MOST_AXES];
    if (rank > HDF5_MOST_AXES) return -1;
    for (int axis = 0; axis < rank; axis++) size[axis] = extents[axis];
    hid_t space = rank > 0 ? H5Screate_simple(rank, size, NULL) : H5Screate(H5S_SCALAR);
    return write_dataset(group, name, space, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, numbers);
}

int hdf5_write_integer(hid_t group, const char *name, int32_t number) {
    return write_dataset(group, name, H5Screate(H5S_SCALAR), H5T_STD_I32LE, H5T_NATIVE_INT32, &number);
}

static int write_attribute(hid_t object, const char *name, hid_t type, hid_t space, const void *value) {
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    int status = attribute < 0 ? -1 : H5Awrite(attribute, type, value);
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    return status;
}

int hdf5_write_text(hid_t object, const char *name, const char *text) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    int status = write_attribute(object, name, type, H5Screate(H5S_SCALAR), &text);
    H5Tclose(type);
    return status;
}

int hdf5_write_texts(hid_t object, const char *name, uint64_t count, size_t width, const char *texts) {
    hsize_t size = count;
    hid_t space = H5Screate_simple(1, &size, NULL);
    if (count == 0) return write_attribute(object, name, H5T_IEEE_F64LE, space, texts);
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    int status = write_attribute(object, name, type, space, texts);
    H5Tclose(type);
    return status;
}

int64_t hdf5_image(hid_t file, void *bytes, size_t room) {
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) return -1;
    return H5Fget_file_image(file, bytes, room);
}
